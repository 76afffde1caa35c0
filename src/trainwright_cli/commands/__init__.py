"""One module for each command: it parses, delegates and prints. `app` is its Typer."""
