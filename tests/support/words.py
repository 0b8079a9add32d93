"""A deployment whose words come from a language model of the test's."""

from domain.models.model import Provider
from domain.ports.language_model import LanguageModel
from tasks.words import LanguageModels


def asking(model: LanguageModel) -> LanguageModels:
    return LanguageModels(by_provider={Provider.OPENAI: lambda _: model})
