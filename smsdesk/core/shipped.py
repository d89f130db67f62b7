"""Where the shipped files are: icons, style, catalogues, help pages, sample tables."""

from importlib.resources import files
from pathlib import Path


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder: ``shipped("samples", "customers.csv")``.

    Works in the built form (inside the package) and in a checkout (beside it).
    Raises FileNotFoundError with the name where it is not shipped.
    """
    package = Path(str(files("smsdesk")))
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            path = folder.joinpath(*parts)
            if path.exists():
                return path
    raise FileNotFoundError("/".join(parts))
