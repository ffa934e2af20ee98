"""The worker's part: a pure function from a job to artifacts. No clock, no files, no network, no secrets."""

from __future__ import annotations

from broadsheet.document.compose import compose
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.rendering.edition import render_edition


def render(job: RenderJob) -> Artifacts:
    """Compose the document and typeset it. Raises TemplateError; the same job gives the same bytes."""
    document = compose(job.material)
    rendered = render_edition(
        document,
        job.theme,
        job.templates,
        paper=job.paper,
        brand=job.brand,
        also=job.also,
    )
    return Artifacts(
        document=document,
        html=rendered.html.encode(),
        pdf=rendered.pdf,
        pages=rendered.pages,
        mail_html=rendered.mail_html,
        mail_text=rendered.mail_text,
        images=rendered.images,
        warnings=rendered.warnings,
        files=rendered.files,
    )
