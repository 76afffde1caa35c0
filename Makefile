# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
.PHONY: help
help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
