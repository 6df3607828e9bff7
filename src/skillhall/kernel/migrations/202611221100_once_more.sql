-- When a task is to run once more after the run that is under way: who asked came too late for that one to have seen everything.
ALTER TABLE kernel.delivery ADD COLUMN again_at timestamptz;
