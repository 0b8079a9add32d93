"""What lies in an archive: the images, each under its name, and what is known of each."""

from dataclasses import dataclass
from datetime import datetime

from domain.images.image import Image
from domain.images.naming import file_name

METADATA = "metadata.json"


@dataclass(frozen=True, slots=True)
class PackedImage:
    """An image with what it is called; `number` counts from 1 within its archive."""

    image: Image
    subject_name: str
    number: int

    @property
    def file_name(self) -> str:
        image = self.image
        return file_name(
            self.subject_name, image.kind, image.created_at, number=self.number, content_type=image.content_type
        )

    @property
    def metadata(self) -> dict[str, str | int | bool | datetime | None]:
        """In the API's own names, so that whoever knows the one can read the other. Without ids of ours but the image's."""
        image = self.image
        return {
            "file": self.file_name,
            "id": str(image.id),
            "subject": self.subject_name,
            "kind": image.kind,
            "prompt": image.prompt,
            "negativePrompt": image.negative_prompt,
            "seed": image.seed,
            "steps": image.steps,
            "model": image.model,
            "provider": image.provider,
            "mode": image.mode,
            "scene": image.scene,
            "environment": image.environment,
            "outfit": image.outfit,
            "aspectRatio": image.aspect_ratio,
            "quality": image.quality,
            "width": image.width,
            "height": image.height,
            "contentType": image.content_type,
            "sha256": image.sha256,
            "nsfw": image.nsfw,
            "liked": image.liked,
            "creditsCharged": image.credits_charged,
            "generationMs": image.generation_ms,
            "createdAt": image.created_at,
            "isAiGenerated": True,
            "sourceId": str(image.source_image_id) if image.source_image_id else None,
        }
