"""The tests of Skillhall."""
