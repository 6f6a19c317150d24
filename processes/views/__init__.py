from processes.views.edit import create, edit, import_new, settings, upload_map
from processes.views.export import map_png, map_svg
from processes.views.printing import print_file, print_process
from processes.views.process import drawing, process, process_history, text, versions, who
from processes.views.revision import comment, map_file, revision, start_revision, transition
from processes.views.start import drafts, process_map

__all__ = [
    "comment",
    "create",
    "drafts",
    "drawing",
    "edit",
    "import_new",
    "map_file",
    "map_png",
    "map_svg",
    "print_file",
    "print_process",
    "process",
    "process_history",
    "process_map",
    "revision",
    "settings",
    "start_revision",
    "text",
    "transition",
    "upload_map",
    "versions",
    "who",
]
