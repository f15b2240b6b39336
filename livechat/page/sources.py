"""Where the settings stand, besides the environment: `.env`, and what Streamlit has for secrets.

`python -m livechat` reads them here as well, without a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from livechat.settings import SettingsError

STREAMLIT = st.__version__  # for a report
DOTENV = Path(__file__).parents[2] / ".env"

_BROKEN_SECRETS = "secrets.toml cannot be read: expected a TOML file with a table `[livechat]`"


def secrets() -> Mapping[str, Any]:
    """Streamlit's secrets. Raises SettingsError for a file that cannot be read."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        # Raised for a missing file and for a broken one alike.
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise SettingsError((_BROKEN_SECRETS,)) from None
        return {}
    except (OSError, UnicodeDecodeError):
        raise SettingsError((_BROKEN_SECRETS,)) from None
