"""Why there is no usable reply, as a reason and a sentence for the user."""

from __future__ import annotations

from index.errors import CewenError

UNREACHABLE, UNAUTHORISED, MODEL_MISSING = "unreachable", "unauthorised", "model_missing"
RATE_LIMITED, SERVER_ERROR, REJECTED = "rate_limited", "server_error", "rejected"
TIMEOUT, CUT_OFF, EMPTY = "timeout", "cut_off", "empty"
REPETITION, BAD_OUTPUT, CANCELLED = "repetition", "bad_output", "cancelled"
NOT_INSTALLED = "not_installed"

SENTENCES = {
    UNREACHABLE: "连不上大模型服务（{host}），请检查地址、网络和代理设置。",
    UNAUTHORISED: "大模型服务（{host}）不认可密钥，请检查 OPENAI_API_KEY。",
    MODEL_MISSING: "大模型服务（{host}）上找不到模型“{model}”，请检查模型名，以及地址是否应以 /v1 结尾。",
    RATE_LIMITED: "大模型服务（{host}）请求太多或额度已用完，请稍后再试。",
    SERVER_ERROR: "大模型服务（{host}）内部出错，请稍后再试。",
    REJECTED: "大模型服务（{host}）不接受这个请求，可能内容太长，或不支持所用的参数。",
    TIMEOUT: "大模型没有在限定的时间内写完，已停止等待。",
    CUT_OFF: "大模型的回答中途断了，没有写完。",
    EMPTY: "大模型返回了空的回答。",
    REPETITION: "大模型不停重复同样的话，已中止。",
    BAD_OUTPUT: "大模型返回的内容不合要求，无法使用。",
    CANCELLED: "已停止大模型撰写。",
    NOT_INSTALLED: '没有安装大模型客户端，请运行 pip install "openai>=3,<4"。',
}
REASONS = tuple(SENTENCES)
"""Why there is no usable reply."""

RETRIED = (UNREACHABLE, RATE_LIMITED, SERVER_ERROR)
"""What may pass by itself; anything else would only be said again."""


class ChatError(CewenError):
    """Why the model gave no usable reply: one of `REASONS`, and a sentence for the user."""

    exit_code = 3

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


def chat_error(reason: str, host: str, model: str) -> ChatError:
    """The error that a reason is raised as, of a model at a host."""
    return ChatError(reason, SENTENCES[reason].format(host=host, model=model))
