"""Papers as people hold them: words and amounts in the reader's language, the sheet they are set on, and the press that prints it."""
