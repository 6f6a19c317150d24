from processes.views.assurance import assurance, assurance_list
from processes.views.compare import compare, compare_choose
from processes.views.draw import draw, draw_map, linkable
from processes.views.edit import create, edit, import_new, settings, upload_map
from processes.views.export import map_png, map_svg
from processes.views.layers import standing
from processes.views.many import import_many, imported
from processes.views.place import address, move, shift
from processes.views.printing import print_file, print_process
from processes.views.process import drawing, process, process_history, text, versions, who
from processes.views.revision import comment, make_whole, map_file, revision, start_revision, transition
from processes.views.start import drafts, process_map
from processes.views.steps import steps
from processes.views.workshop import workshop

__all__ = [
    "address",
    "assurance",
    "assurance_list",
    "comment",
    "compare",
    "compare_choose",
    "create",
    "drafts",
    "draw",
    "draw_map",
    "drawing",
    "edit",
    "import_many",
    "import_new",
    "imported",
    "linkable",
    "make_whole",
    "map_file",
    "map_png",
    "map_svg",
    "move",
    "print_file",
    "print_process",
    "process",
    "process_history",
    "process_map",
    "revision",
    "settings",
    "shift",
    "standing",
    "start_revision",
    "steps",
    "text",
    "transition",
    "upload_map",
    "versions",
    "who",
    "workshop",
]
