"""What the owner of a training that came to nothing, or of a LoRA that is gone, may do now."""

from domain.presets.models import BASE_MODELS
from domain.trainings.retrying import offer_of
from domain.trainings.training import LoraModel, TrainingStatus


def next_step_of(model: LoraModel) -> str | None:
    """None where there is nothing to do."""
    if model.expired_at:
        label = BASE_MODELS[model.base_model].label
        return f"Train it again with `startTraining` to get HD back: nobody used this LoRA for {label}, and its weights were removed."
    if model.status is not TrainingStatus.FAILED:
        return None
    if model.is_retry_free:
        return offer_of(model.base_model, model.image_count)
    return "Choose other images, or look at the newest training: its free retry was used, or there was none."
