"""The worker's part: a pure function from a job to artifacts. No clock, no files, no network, no secrets."""

from __future__ import annotations

from broadsheet.document.compose import compose
from broadsheet.document.plain import plain
from broadsheet.errors import LimitError
from broadsheet.press.job import Artifacts, RenderJob
from broadsheet.rendering.edition import Rendered, render_edition


def render(job: RenderJob) -> Artifacts:
    """Compose the document and typeset it: the same job gives the same bytes.

    Raises TemplateError, and LimitError for more pages or larger files than the job may have.
    """
    document = plain(compose(job.material))
    rendered = render_edition(
        document,
        job.theme,
        job.templates,
        paper=job.paper,
        brand=job.brand,
        also=job.also,
    )
    _hold(job, rendered)
    return Artifacts(
        edition=job.material.edition,
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


def _hold(job: RenderJob, rendered: Rendered) -> None:
    limits = job.limits
    if rendered.pages > limits.pages:
        raise LimitError(
            f"it has {rendered.pages} pages; the settings allow {limits.pages}",
            "Ask for fewer rows (`top:`), or raise limits.pages in config/settings.yaml.",
        )
    for ending, content in {".pdf": rendered.pdf, **rendered.files}.items():
        if len(content) > limits.megabytes * 1_000_000:
            raise LimitError(
                f"its {ending} file has {len(content) / 1e6:.1f} MB; the settings allow {limits.megabytes}",
                "Ask for fewer rows (`top:`), or raise limits.megabytes in config/settings.yaml.",
            )
