"""What the helpers assert is explained like what the tests do."""

import pytest

pytest.register_assert_rewrite("tests.demo.page", "tests.demo.visit")
