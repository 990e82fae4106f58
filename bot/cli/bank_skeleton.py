"""The entry that `bank new` prints: every field of a question with a word on what belongs there.

Filled in, it passes the loader; until then `bank check` names each TODO.
"""

_TEMPLATE = """\
{header}- id: TODO-slug                    # lower case and dashes, unique, never reused, without the topic
  topic: {topic}
  form: concept                    # concept | derive | estimate | code | design | debug
  relevance: core                  # core | common | legacy (legacy: left out unless asked for)
  tracks: [basics]                 # basics, pre-training, post-training, serving, rag-agent, multimodal, evaluation
  difficulty: 3                    # 1 (warm-up) to 5 (few candidates get it)
  seed: []                         # entries of the source document that this answers: [S001]
  as_of: {as_of}                   # month until which the facts were checked
  status: draft                    # draft | reviewed
  # LaTeX and long texts stand in single quotes or blocks: "\\theta" in double quotes becomes a control character.
  prompt:
    zh: 'TODO 面试官会怎么问'
    en: 'TODO what the interviewer asks'
  short:                           # what one would say in thirty seconds
    zh: 'TODO 三十秒的回答'
    en: 'TODO the answer in thirty seconds'
  answer:                          # zh 150 to 500 字, en 100 to 350 words; must earn every key point below
    zh: >-
      TODO 参考答案
    en: >-
      TODO reference answer
  formulas: []                     # LaTeX without dollars and without Chinese: ['\\frac{{a}}{{b}}']
  key_points:                      # three to six
    # any: every group must be hit by one of its aliases, zh and en together; Latin ones are whole words,
    # adapt* is a beginning.
    # reject: a phrase that voids the point (optional). refuses: a wrong answer that must not earn it.
    - zh: 'TODO 要点一'
      en: 'TODO first point'
      any: [['TODO 别名', 'TODO alias']]
      refuses: {{zh: 'TODO 错误答案', en: 'TODO wrong answer'}}
    - zh: 'TODO 要点二'
      en: 'TODO second point'
      any: [['TODO 别名', 'TODO alias']]
      refuses: {{zh: 'TODO 错误答案', en: 'TODO wrong answer'}}
    - zh: 'TODO 要点三'
      en: 'TODO third point'
      any: [['TODO 别名', 'TODO alias']]
      refuses: {{zh: 'TODO 错误答案', en: 'TODO wrong answer'}}
  follow_ups:                      # one to three
    - ask: {{zh: 'TODO 追问', en: 'TODO follow-up'}}
      answer: {{zh: 'TODO 简答', en: 'TODO short answer'}}
  sources:                         # papers and official documentation
    - {{title: 'TODO Author et al., Title, Venue Year', url: 'https://arxiv.org/abs/TODO', supports: 'TODO which fact'}}
  items:                           # three to twelve, at least one single; stems stand alone, options name no letters
    - id: TODO-slug.first
      kind: single                 # three to five options, one correct; wrong ones are mistakes that candidates make
      difficulty: 2
      stem: {{zh: 'TODO 题干', en: 'TODO stem'}}
      options:
        - {{correct: true,  text: {{zh: 'TODO 正确项', en: 'TODO key'}},
           why: {{zh: 'TODO 为什么对', en: 'TODO why'}}}}
        - {{correct: false, text: {{zh: 'TODO 错项一', en: 'TODO one'}},
           why: {{zh: 'TODO 为何错', en: 'TODO why one'}}}}
        - {{correct: false, text: {{zh: 'TODO 错项二', en: 'TODO two'}},
           why: {{zh: 'TODO 错在哪', en: 'TODO why two'}}}}
        - {{correct: false, text: {{zh: 'TODO 错项三', en: 'TODO 3'}},
           why: {{zh: 'TODO 错因', en: 'TODO why three'}}}}
    - id: TODO-slug.second
      kind: numeric                # the tolerance is absolute, in the unit, and under half the way to each mistake
      difficulty: 3
      stem: {{zh: 'TODO 题干', en: 'TODO stem'}}
      answer: {{value: 1.0, tolerance: 0.01, unit: ''}}
      mistakes:
        - {{value: 2.0, why: {{zh: 'TODO 这个数错在哪', en: 'TODO what leads to this number'}}}}
      why: {{zh: 'TODO 计算过程', en: 'TODO the working'}}
    - id: TODO-slug.third
      kind: ordering               # three to six options in the right order; kind: multiple takes correct: true | false
      difficulty: 3
      stem: {{zh: 'TODO 题干', en: 'TODO stem'}}
      options:
        - {{text: {{zh: 'TODO 其一', en: 'TODO one'}}, why: {{zh: 'TODO 理由一', en: 'TODO reason one'}}}}
        - {{text: {{zh: 'TODO 其二', en: 'TODO two'}}, why: {{zh: 'TODO 理由二', en: 'TODO reason two'}}}}
        - {{text: {{zh: 'TODO 其三', en: 'TODO three'}}, why: {{zh: 'TODO 理由三', en: 'TODO reason three'}}}}
"""


def skeleton(topic: str, as_of: str, *, new_file: bool) -> str:
    """Return the entry as YAML. A new file also gets the line that points editors to the schema."""
    schema = "../" * topic.count("/") + "../schema/question.schema.json"
    header = f"# yaml-language-server: $schema={schema}\n" if new_file else ""
    return _TEMPLATE.format(header=header, topic=topic, as_of=as_of)
