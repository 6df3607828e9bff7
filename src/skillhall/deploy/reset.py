"""`make reset`: ask, then delete the data folder with the database, files and backups in it."""

import os
import shutil
import sys

from skillhall.deploy import embedded
from skillhall.deploy.lock import AlreadyRunsError, only_one
from skillhall.kernel.config import read_config


def main() -> None:
    """Delete what `SKILLHALL_DATA` names, if the person at the terminal types yes and no hall runs on it."""
    config = read_config(os.environ)
    data = config.data.absolute()
    if not data.exists():
        print(f"There is nothing to delete: {data} does not exist.")
        return
    print(f"This deletes {data} for good: the database, uploaded files and backups.")
    print("Type yes to delete it: ", end="", flush=True)
    if sys.stdin.readline().strip() != "yes":
        sys.exit("Nothing was deleted.")
    try:
        with only_one(config, os.getpid()):
            embedded.remove(data / "postgres")
            shutil.rmtree(data)
    except (AlreadyRunsError, embedded.CannotStart) as refusal:
        sys.exit(f"{refusal} Nothing was deleted; stop it first.")
    print("Deleted.")


if __name__ == "__main__":
    main()
