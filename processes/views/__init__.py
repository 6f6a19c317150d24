from processes.views.assurance import assurance, assurance_list
from processes.views.edit import create, edit, import_new, settings, upload_map
from processes.views.process import process, process_history, text, versions, who
from processes.views.revision import comment, make_whole, map_file, revision, start_revision, transition
from processes.views.start import drafts, process_map

__all__ = [
    "assurance",
    "assurance_list",
    "comment",
    "create",
    "drafts",
    "edit",
    "import_new",
    "make_whole",
    "map_file",
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
