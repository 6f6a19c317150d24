import pytest


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """Files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def short_reports(db):
    """Reports of one chapter without figures, whose PDF is made in no time."""
    from reports.models import ReportTemplate

    chapter = {"key": "sammanfattning", "title": "Sammanfattning", "guidance": "Kort.", "figures": []}
    ReportTemplate.objects.update(chapters=[chapter])
