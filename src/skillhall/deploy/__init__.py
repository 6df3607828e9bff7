"""The assembly: what turns the contexts into processes, commands and documents."""
