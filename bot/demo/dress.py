"""What the demo changes in simcord's page: name, labels, ticking times, no controls for test authors.

Replacements in the page's own files: the pinned version keeps them from moving, a test finds each of them.
"""

_SCRIPT = """
if (!window.location.hash) window.history.replaceState(null, "", "#TOKEN");
setInterval(() => {
  for (const time of document.querySelectorAll('time.discord-timestamp[data-style="R"]')) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000, size = Math.abs(seconds);
    const [unit, amount] = size < 60 ? ["second", seconds] : size < 3600 ? ["minute", seconds / 60]
      : size < 86400 ? ["hour", seconds / 3600] : size < 604800 ? ["day", seconds / 86400]
      : ["week", seconds / 604800];
    const text = new Intl.RelativeTimeFormat(time.dataset.locale, { numeric: "auto" })
      .format(Math.round(amount), unit);
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);
"""

_STYLE = """
#messages-toggle, #refresh, #capture-open, #inspector-toggle, .session-menu, #back-activity,
#view-action-output { display: none; }
.preview-brand strong, .viewer-control { white-space: nowrap; }
#action-status { order: 1; margin-left: auto; }
.viewer-control { order: 2; }
.viewer-control select { min-width: 9em; }
#channel-timeline { margin-bottom: 12px; }
.channel-message:has(.message-ephemeral-note) :is(.message-edited, .message-edited-compact) { display: none; }
.command-suggestion .command-suggestion-meta { max-width: 70%; }
.markdown-blockquote { margin: 0; }
.embed-card .markdown-heading { margin: 6px 0 2px; }
.discord-timestamp { color: inherit; background: #ffffff12; border-radius: 3px; padding: 0 2px; }
.code-block-wrap { margin: 4px 0; }
.code-block { margin: 0; }
.reply-avatar img { width: 16px; height: 16px; }
.message-reply { cursor: pointer; }
.message-reply:hover .reply-excerpt { color: var(--discord-text); }
@media (max-width: 760px) {
  .preview-shell { --toolbar-height: 48px; }
  .preview-brand > span:last-child { display: block; }
  .viewer-control { margin-left: auto; }
  #action-status:empty { display: none; }
  #action-status { position: fixed; z-index: 200; inset: 48px 0 auto; height: auto; margin: 0; padding: 4px 12px;
    background: var(--discord-elevated); }
}
"""

_RELOAD = "window.location.reload()"  # the demo was restarted, or the page slept too long

Edits = dict[str, list[tuple[str, str]]]

ALWAYS: Edits = {
    "/": [
        ("<title>SimCord Preview</title>", "<title>Mianjing 面经</title>"),
        ('<span class="brand-mark" aria-hidden="true">S</span>', '<span class="brand-mark">面</span>'),
        (
            "<strong>SimCord</strong><small>Preview</small>",
            "<strong>Mianjing 面经</strong><small>demo · SimCord</small>",
        ),
        ('class="preview-shell"', 'class="preview-shell messages-closed"'),
    ],
    "/actions.js": [  # says something only when something is wrong
        ('return labels[kind || ""] || "Action completed";', 'return "";'),
        (
            'if (pending) return pendingLabels[pending.kind] || "Completing action…";',
            'if (pending) return "";',
        ),
        ('return "Updating preview…";', 'return "";'),
        ('ready ? "Preview ready" : "Loading preview…"', '""'),
        ("Action was not completed.", "That did not go through. Please try again."),
        ('terminate("Preview session is unavailable. Reload the active Preview URL.")', _RELOAD),
    ],
    "/app.js": [
        ('terminateSession("Preview session is unavailable. Reload the active Preview URL.")', _RELOAD),
        # after a reload one is still who one was
        (
            'request("/api/pages", "POST", {}, null)',
            'request("/api/pages", "POST", sessionStorage.viewer ? { viewer_id: sessionStorage.viewer } : {}, null)',
        ),
        (
            '() => dispatch("viewer", { viewer_id: ui.viewer.value })',
            '() => dispatch("viewer", { viewer_id: (sessionStorage.viewer = ui.viewer.value) })',
        ),
    ],
    "/timeline.js": [  # whoever reads the newest message keeps doing so while the next one is drawn
        (
            'if (!state.ready && state.scrollIntent?.policy === "target") return;',
            'if (!state.ready && state.scrollIntent?.policy !== "anchor") return;',
        ),
        (
            'ui.newMessages.hidden = true;\n    dispatch("history"',
            "ui.newMessages.hidden = true;\n    ui.timeline.scrollTop = ui.timeline.scrollHeight;\n"
            '    dispatch("history"',
        ),
    ],
    "/messages.js": [  # a reply to a message without text, and the way to it
        (
            'appendMarkdownOrText(excerpt, "", reply.excerpt_tokens, options);',
            'appendMarkdownOrText(excerpt, "Click to see the question", reply.excerpt_tokens, options);\n'
            '  preview.addEventListener("click", () => document.querySelector('
            '`[data-message-id="${reply.message_id}"]`)?.scrollIntoView({ behavior: "smooth" }));',
        )
    ],
    "/text.js": [
        (
            "if (valid) time.dateTime = date.toISOString();",
            "if (valid) time.dateTime = date.toISOString();\n"
            '  time.dataset.style = style; time.dataset.locale = options.locale || "en-US";',
        )
    ],
    "/commands.js": [
        (  # what an option is for, where Discord says it
            'node("span", "command-suggestion-ellipsis", "…")',
            'node("span", "command-suggestion-meta", value.description || "")',
        ),
        # Chinese is twice as wide; a chosen value shows its label, not what is sent
        (
            "Math.max(2, [...field.value].length + 1)",
            'Math.max(3, [...field.value].reduce((sum, sign) => sum + (sign > "\\u2e7f" ? 2 : 1), 2))',
        ),
        (
            'field.value = typeof value?.raw === "boolean"',
            'field.value = value?.label ?? (typeof value?.raw === "boolean"',
        ),
        (
            '(value.raw ? "True" : "False") : String(value?.raw ?? "");',
            '(value.raw ? "True" : "False") : String(value?.raw ?? ""));',
        ),
    ],
}

CHINESE: Edits = {
    "/": [
        ('<html lang="en">', '<html lang="zh-CN">'),
        ("Viewing as\n", "当前身份\n"),
        ("No messages in this channel.", "这个频道还没有消息。"),
        ("Load earlier messages", "查看更早的消息"),
        ("New messages · jump to latest", "有新消息 · 回到最新"),
        (">Newer messages<", ">更新的消息<"),
        ('placeholder="Message"', 'placeholder="发消息"'),
    ],
    "/messages.js": [
        ('"Click to see the question"', '"点击查看原题"'),
        ('`${invoker} used ` : "Used "', '`${invoker} 使用了 ` : "使用了 "'),
        ('"Only you can see this"', '"仅你可见"'),
        ('"Thinking…"', '"正在思考……"'),
        ('" (edited)"', '"（已编辑）"'),
        ('"(edited)"', '"（已编辑）"'),
    ],
    "/actions.js": [
        ("That did not go through. Please try again.", "没有成功，请再试一次。"),
        ("Connection interrupted; trying again…", "连接中断，正在重试……"),
    ],
    "/composer.js": [("`Message ${channel.glyph}${channel.name}`", "`发消息到 ${channel.glyph}${channel.name}`")],
    "/commands.js": [
        ("`+${optional} optional`", "`+${optional} 个可选项`"),
        ('`+${remaining} ${displayed.length ? "more" : "options"}`', "`还有 ${remaining} 个选项`"),
        ('"+ options"', '"+ 选项"'),
        ('"Loading commands"', '"正在读取命令"'),
        ('"No options match"', '"没有匹配的选项"'),
        (
            'MEMBERS", mentionable: "MEMBERS", role: "ROLES", channel: "CHANNELS"',
            '成员", mentionable: "成员", role: "身份组", channel: "频道"',
        ),
        ('|| "OPTIONS"', '|| "选项"'),
        ('renderPopup(owner, "OPTIONS"', 'renderPopup(owner, "选项"'),
        ('renderPopup(field, "OPTIONS"', 'renderPopup(field, "选项"'),
        ("`OPTIONS MATCHING ${", "`匹配的选项 ${"),
        ('"This field is required."', '"必填。"'),
        ('"Enter a valid value."', '"请填写有效的值。"'),
        ('"Choose an available option."', '"请从列表里选。"'),
        ('"Value is outside the allowed range."', '"超出允许的范围。"'),
        ('"Value length is outside the allowed range."', '"长度超出允许的范围。"'),
    ],
    "/components.js": [
        (
            '`This form will be submitted to ${modal.application_name || "this application"}. '
            "Do not share passwords or other sensitive information.`",
            '`内容将提交给 ${modal.application_name || "该应用"}，请勿填写密码等敏感信息。`',
        ),
        ('"button-secondary", "Cancel"', '"button-secondary", "取消"'),
        ('"button-primary", "Submit"', '"button-primary", "提交"'),
    ],
    "/modal.js": [
        ('"This field is required."', '"必填。"'),
        ("`Enter at least ${component.min_length} characters.`", "`至少 ${component.min_length} 个字。`"),
        ("`Enter no more than ${component.max_length} characters.`", "`最多 ${component.max_length} 个字。`"),
    ],
    "/selects.js": [('"Select one or more options" : "Select an option"', '"选择一项或多项" : "选择一项"')],
}


def dressed(path: str, text: str, locale: str, token: str) -> str:
    """One static file of the page, as the demo serves it in `locale`."""
    for edits in (ALWAYS, CHINESE if locale == "zh-CN" else {}):
        for old, new in edits.get(path, []):
            text = text.replace(old, new)
    if path == "/app.js":
        return _SCRIPT.replace("TOKEN", token) + text
    return text + _STYLE if path == "/preview.css" else text
