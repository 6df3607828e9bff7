"""Who may read the files shown with projects."""

from skillhall.gigs.model.refusals import ProjectNotFound
from skillhall.gigs.queries.projects import seen
from skillhall.gigs.store.notes import KIND, project_of_file
from skillhall.kernel.actor import Actor
from skillhall.kernel.db.tx import Read
from skillhall.kernel.shapes import Subject


class ProjectFiles:
    """Fills the kernel's `FileAccess`: whoever sees the project."""

    async def may_read(self, read: Read, actor: Actor, subject: Subject) -> bool:
        """Answer for files of ours; False for those of others."""
        if subject.kind != KIND:
            return False
        project_id = await project_of_file(read, subject.id)
        try:
            if project_id is not None:
                await seen(read, project_id, actor)
        except ProjectNotFound:
            return False
        return project_id is not None
