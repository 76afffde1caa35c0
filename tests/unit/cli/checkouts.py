"""A checkout with two containers, as small as they can be."""

from pathlib import Path

FILES = {
    "template.yaml": "",
    "pyproject.toml": "",
    "shared/server/app.py": "SERVER = 1\n",
    "containers/base/container.yaml": (
        'title: The base\npython: "3.11"\nvariants: {cpu: "python:3.11", gpu: "cuda:12"}\n'
        "files: {program/server: shared/server}\n"
    ),
    "containers/base/Dockerfile": "FROM python:3.11\n",
    "containers/base/requirements.txt": "uvicorn==1\n",
    "containers/base/program/bin/train": "#!/usr/bin/env python3\n",
    "containers/faces/container.yaml": (
        'title: Faces\npython: "3.11"\nbase: base\nvariants: [cpu, gpu]\n'
        "arguments: {gpu: {TORCH_BACKEND: cu128}}\n"
    ),
    "containers/faces/Dockerfile": "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n",
    "containers/faces/requirements.txt": "torch==2\n",
    "containers/faces/code/train.py": "print('learns')\n",
    "containers/faces/README.md": "What it is.\n",
}


def make_checkout(root: Path, **changed: str) -> Path:
    """Write the checkout, with the files *changed* by the last part of their names."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(name, text))
    return root
