"""Copy the files from node_modules that the application serves or reads into var/. Nothing is built."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"

SERVED = {  # below var/vendor, which is served as /static/vendor/
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap",
    "bootstrap/LICENSE": "bootstrap",
    "htmx.org/dist/htmx.min.js": "htmx",
    "htmx.org/LICENSE": "htmx",
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-*.woff2": "source-sans-3",
    "@fontsource-variable/source-sans-3/LICENSE": "source-sans-3",
    "bpmn-js/dist/bpmn-modeler.production.min.js": "bpmn-js",
    "bpmn-js/dist/assets/*.css": "bpmn-js",
    "bpmn-js/dist/assets/bpmn-font/css/bpmn.css": "bpmn-js/css",
    "bpmn-js/dist/assets/bpmn-font/font/*": "bpmn-js/font",
    "bpmn-js/LICENSE": "bpmn-js",
}
READ = {"bootstrap-icons/icons/*.svg": "icons"}  # below var: templates take single icons into the page


def copy(files: dict[str, str], target: Path) -> None:
    """Copy each pattern to its folder below `target`; a pattern without a file is an error."""
    for pattern, folder in files.items():
        found = sorted(PACKAGES.glob(pattern))
        if not found:
            raise FileNotFoundError(f"node_modules/{pattern} finns inte. Kör: make setup")
        (target / folder).mkdir(parents=True, exist_ok=True)
        for path in found:
            shutil.copyfile(path, target / folder / path.name)


def drop_source_maps(folder: Path) -> None:
    """The maps are not served, and a reference to a missing file stops collectstatic."""
    for path in (*folder.rglob("*.css"), *folder.rglob("*.js")):
        text = path.read_text()
        path.write_text(re.sub(r"^/[/*]# sourceMappingURL=.*\n?", "", text, flags=re.MULTILINE))


def copy_all(var: Path) -> None:
    """Replace var/vendor and var/icons with what this file lists."""
    for name, files in (("vendor", SERVED), ("", READ)):
        for folder in {name or folder for folder in files.values()}:
            shutil.rmtree(var / folder, ignore_errors=True)
        copy(files, var / name)
    drop_source_maps(var / "vendor")


if __name__ == "__main__":
    copy_all(ROOT / "var")
