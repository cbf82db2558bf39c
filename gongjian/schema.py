"""What the schema says of refusals: every operation names the answers that it may give besides its
own.
"""

from typing import Any

PROBLEM = {
    "type": "object",
    "required": ["status", "title", "errors"],
    "properties": {
        "status": {"type": "integer", "description": "与 HTTP 状态码相同"},
        "title": {"type": "string", "description": "一句话说明"},
        "errors": {
            "type": "object",
            "additionalProperties": True,
            "description": "逐项说明：字段名、缺少的权限 scope",
        },
        "current": {
            "type": "object",
            "additionalProperties": True,
            "description": "仅 412：现在的内容",
        },
    },
}
EVERYWHERE = {
    "400": "参数有误",
    "401": "没有令牌，或令牌无效、已停用、已到期",
    "403": "令牌没有这项权限（errors.scope 写明缺哪一项），或不在允许的网段",
    "429": "请求过于频繁，按 Retry-After 稍后再试",
}
ONE = {"404": "没有这一条，或不在可见范围内"}
WRITE = {
    "409": "当前状态不能这样办理",
    "412": "读取之后已有他人修改；current 是现在的内容",
    "415": "只收 application/json",
    "428": "没有写 If-Match",
}
ETAG = {"description": "这一条现在的版本", "schema": {"type": "string"}}
LIMITS = {
    f"RateLimit-{name}": {"schema": {"type": "integer"}} for name in ("Limit", "Remaining", "Reset")
}
RETRY = {"Retry-After": {"description": "秒", "schema": {"type": "integer"}}}


def add_refusals(result: dict[str, Any], **about: Any) -> dict[str, Any]:
    """drf-spectacular's hook: add the problem object, the refusals, and the headers of versions and
    limits.
    """
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        if path.startswith("/api/v1/"):
            for method, operation in operations.items():
                _tell(operation, method, one="{" in path)
    return result


def _tell(operation: dict[str, Any], method: str, *, one: bool) -> None:
    writes = method not in {"get", "head", "options"}
    refusals = EVERYWHERE | (ONE if one else {}) | (WRITE if writes else {})
    answers = operation["responses"]
    for answer in answers.values():
        answer.setdefault("headers", {}).update(LIMITS | ({"ETag": ETAG} if one else {}))
    for code, words in refusals.items():
        answers[code] = _refusal(words, RETRY if code == "429" else {})
    if one:
        answers |= {} if writes else {"304": {"description": "没有变化", "headers": {"ETag": ETAG}}}
        operation.setdefault("parameters", []).append(_condition(writes))


def _refusal(words: str, headers: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": words, "content": content} | ({"headers": headers} if headers else {})


def _condition(writes: bool) -> dict[str, Any]:
    name, words = (
        ("If-Match", "读取时得到的 ETag")
        if writes
        else ("If-None-Match", "手中版本的 ETag；没有变化答 304")
    )
    return {
        "in": "header",
        "name": name,
        "required": writes,
        "description": words,
        "schema": {"type": "string"},
    }
