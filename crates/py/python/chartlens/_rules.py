"""``chartlens.rule``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from ._types import Cause, Release, RuleFunction, Said


class ObjectCause(Dict[str, Any]):
    """What wrote an object, in the shape of reports, and what wrote each of its fields: what rules get as ``cause``.

    Args:
        cause: The cause of the object as a whole.
        of: What gives the cause of a field by its JSON pointer; for tests of rules a mapping's ``get`` will do.
    """

    def __init__(self, cause: Mapping[str, Any], of: Callable[[str], Optional[Cause]] = lambda pointer: None) -> None:
        super().__init__(cause)
        self._of = of

    def of(self, pointer: str) -> Optional[Cause]:
        """What wrote a field, by its JSON pointer such as ``/spec/replicas``; ``None`` where the object has no such field.

        Raises:
            ValueError: What is no JSON pointer.
        """
        if pointer and not pointer.startswith("/"):
            raise ValueError(f'expected a JSON pointer such as "/spec/replicas", found "{pointer}"')
        return self._of(pointer)


@dataclass(frozen=True)
class Rule:
    """A rule of the linter that is a function: what ``chartlens.rule`` makes, and ``chartlens.check`` takes as ``rules``."""

    function: RuleFunction
    code: str
    message: str
    level: str
    help: Optional[str]
    kinds: Tuple[str, ...]

    def __call__(self, object: Any, cause: ObjectCause, release: Release) -> Said:
        """What the function says of an object."""
        return self.function(object, cause, release)


def rule(
    *, code: str, message: str, level: str = "warning", help: Optional[str] = None, kinds: Sequence[str] = ()
) -> Callable[[RuleFunction], Rule]:
    """Make a rule of the linter of a function.

    Args:
        code: Its code: category and name, such as ``team/owner``. Comments, selections and baselines name it so.
        message: What is wrong where the function says ``False``, or a place without a message.
        level: How much its findings weigh: error, warning or note.
        help: What to do.
        kinds: The kinds that it is about, such as ``Deployment``; all where none are named.

    The function gets an object as plain data, its cause in the shape of reports (``cause.of("/spec/replicas")`` is that
    of a field), and the release: ``name``, ``namespace``, ``kube_version``, ``helm_version``, ``values_set``, ``chart``
    (Chart.yaml), ``values`` (as templates find them), ``objects``, and the ``causes`` of these in the same order. It
    returns or yields what is wrong: a message, or a JSON pointer and a message. ``None`` and ``True`` are fine,
    ``False`` stands for the message of the rule.

    Example:
        >>> import chartlens
        >>> @chartlens.rule(code="team/owner", message="nobody owns this", kinds=["ConfigMap"])
        ... def owner(object, cause, release):
        ...     return "owner" in object["metadata"].get("labels", {})
        >>> chart = chartlens.load({
        ...     "Chart.yaml": "apiVersion: v2\\nname: web\\nversion: 0.1.0\\n",
        ...     "templates/a.yaml": "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\n",
        ... })
        >>> for found in chartlens.check(chart, rules=[owner]):
        ...     print(found.code, found.message, found.file, found.line)
        team/owner nobody owns this templates/a.yaml 3
    """

    def make(function: RuleFunction) -> Rule:
        return Rule(function, code, message, level, help, tuple(kinds))

    return make
