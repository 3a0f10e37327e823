"""Formats of credentials that detect-secrets knows are refused as plain values: its expressions make the examples."""

import pytest
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connection_overrides.domain.plain_secrets import is_plain_secret

# Detectors of one format each. Not among them: those that measure entropy, need the lines around, or match names.
DETECTORS: list[type[RegexBasedDetector]] = [
    AWSKeyDetector,
    AzureStorageKeyDetector,
    BasicAuthDetector,
    DiscordBotTokenDetector,
    GitHubTokenDetector,
    GitLabTokenDetector,
    MailchimpDetector,
    NpmDetector,
    OpenAIDetector,
    PrivateKeyDetector,
    PypiTokenDetector,
    SendGridDetector,
    SlackDetector,
    SquareOAuthDetector,
    StripeDetector,
    TelegramBotTokenDetector,
]
LOOSE = {
    r"aws.{0,20}?(?:key|pwd|pw|password|pass|token).{0,20}?[\'\"]([0-9a-zA-Z/+]{40})[\'\"]",  # any 40 characters
    r"[0-9a-z]{32}-us[0-9]{1,2}",  # Mailchimp documents hexadecimal digits
}
FORMATS = {format_.pattern for detector in DETECTORS for format_ in detector().denylist} - LOOSE
ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_what_detect_secrets_detects_is_refused(format_: str) -> None:
    @settings(max_examples=20, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(format_, fullmatch=True, alphabet=ASCII))
    def is_refused(value: str) -> None:
        assert is_plain_secret("note", value[:2_048])

    is_refused()
