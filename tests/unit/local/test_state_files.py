"""The location of a local run's files."""

from pathlib import Path

from local.settings import DEFAULT_PORT, StateFiles

FOLDER = Path("/checkout/.local")


def test_the_run_on_the_default_port_has_its_files_in_the_state_folder() -> None:
    assert StateFiles.of_run(FOLDER, DEFAULT_PORT).run == FOLDER / "run.json"


def test_a_run_on_another_port_has_its_own_folder_that_no_other_run_removes() -> None:
    files = StateFiles.of_run(FOLDER, 8081)
    assert files.folder == FOLDER / "8081"
    for other in (StateFiles.of_run(FOLDER, DEFAULT_PORT), StateFiles.of_run(FOLDER, 8082)):
        for removed in (other.run, other.logs, other.scratch):
            assert not files.folder.is_relative_to(removed)
            assert not removed.is_relative_to(files.folder)
