import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mathtext import (
    as_formula,
    card_formulas,
    has_stray_dollar,
    needs_card,
    render_formula,
    render_inline,
)

FORMULAS = [
    # Greek, operators, relations
    (r"\alpha+\beta", "α + β"),
    (r"4\times 8 \le 32", "4 × 8 ≤ 32"),
    (r"q \cdot k \ge 0", "q · k ≥ 0"),
    (r"x \sim p", "x ∼ p"),
    (r"n \to \infty", "n → ∞"),
    (r"x \in \mathbb{R}", "x ∈ ℝ"),
    (r"a \not= b", "a ≠ b"),
    (r"x \not\in A", "x ∉ A"),
    (r"p \approx 0.5", "p ≈ 0.5"),
    (r"\nabla_\theta L", "∇_θ L"),
    (r"f\colon X \to Y", "f: X → Y"),
    (r"1:1", "1:1"),
    (r"A := B", "A ≔ B"),
    # signs: binary ones are spaced, unary ones are not
    ("1-p", "1 − p"),
    ("-x", "−x"),
    ("x=-1", "x = −1"),
    ("(-1)", "(−1)"),
    ("|-x|", "|−x|"),
    ("a*b", "a ∗ b"),
    # super- and subscripts: small characters where all exist
    ("x_t", "xₜ"),
    ("x_{t-1}", "xₜ₋₁"),
    ("x^2", "x²"),
    ("10^{-4}", "10⁻⁴"),
    ("N^{-\\alpha}", "N⁻ᵅ"),
    ("x^T y", "xᵀy"),
    (r"q^\top k", "qᵀk"),
    ("x_i^{(k)}", "xᵢ⁽ᵏ⁾"),
    ("x^{(k)}_i", "xᵢ⁽ᵏ⁾"),
    # otherwise marked: a word plainly, anything else in brackets
    ("d_{model}", "d_model"),
    (r"d_{\text{model}}x", "d_model x"),
    ("W_Q", "W_Q"),
    ("W_i^Q", "Wᵢ^Q"),
    ("h_{t,j}", "h_(t,j)"),
    ("C^{0.5}", "C^0.5"),
    ("N^{-0.34}", "N^(−0.34)"),
    ("e^{-x^2}", "e^(−x²)"),
    ("s^{d/(d-2)}", "s^(d/(d−2))"),
    (r"\mathbb{E}_{x\sim p(x)}[f]", "𝔼_(x∼p(x))[f]"),
    (r"\mathbb{R}^{n\times d}", "ℝ^(n×d)"),
    (r"\pi_{\theta_{old}}", "π_(θ_old)"),
    (r"\mathbb{E}[x]_{\mathrm{ref}}", "𝔼[x]_ref"),
    # signs that are raised anyway
    ("x^*", "x*"),
    (r"\theta^{*}_t", "θₜ*"),
    ("f'(x)", "f′(x)"),
    ("f''", "f″"),
    ("x'_t", "x′ₜ"),
    (r"90^\circ", "90°"),
    # accents
    (r"\bar{x}", "x̄"),
    (r"\bar\alpha_t", "ᾱₜ"),
    (r"\hat{x}_0", "x̂₀"),
    (r"\hat{x_t}", "x̂ₜ"),
    (r"\tilde{h}_i", "h̃ᵢ"),
    (r"\widehat{\theta}", "θ̂"),
    (r"\vec v", "v⃗"),
    (r"\overline{AB}", "A̅B̅"),
    (r"\hat{x+y}", "hat(x+y)"),
    # roots
    (r"\sqrt{x}", "√x"),
    (r"\sqrt{d_k}", "√dₖ"),
    (r"\sqrt{2\pi}", "√(2π)"),
    (r"\sqrt{1-\bar{\alpha}_t}\,\epsilon", "√(1 − ᾱₜ) ε"),
    (r"\sqrt{\bar{\alpha}_t}x_0", "√ᾱₜ x₀"),
    (r"\sqrt[3]{x}", "∛x"),
    (r"\sqrt[n]{x}", "ⁿ√x"),
    # fractions
    (r"\frac{a}{b}", "a/b"),
    (r"\frac12", "1/2"),
    (r"\frac{a+b}{2}", "(a + b)/2"),
    (r"\frac{1}{2d}", "1/(2d)"),
    (r"\frac{QK^\top}{\sqrt{d_k}}", "QKᵀ/√dₖ"),
    (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    (r"\frac{\partial L}{\partial x}", "∂L/∂x"),
    (r"\frac{f(x)}{Z(x)}", "f(x)/Z(x)"),
    (r"\frac{e^{x_i}}{\sum_j e^{x_j}}", "e^(xᵢ)/(∑ⱼ e^(xⱼ))"),
    (r"2\frac{a}{b}x", "2(a/b)x"),
    (r"-\frac{1}{2}", "−1/2"),
    (r"\log\frac{a}{b}", "log(a/b)"),
    (r"\frac{1}{n}\sum_{i=1}^n x_i", "(1/n)∑ᵢ₌₁ⁿ xᵢ"),
    (r"x^{\frac{1}{2}}", "x^(1/2)"),
    # big operators
    (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
    (r"\prod_{t=1}^T p_t", "∏ₜ₌₁ᵀ pₜ"),
    (r"\sum_{j\ne i} x_j", "∑_(j≠i) xⱼ"),
    (r"\int_0^\infty f", "∫₀^∞ f"),
    # named operators and plain text
    (r"\log p(x)", "log p(x)"),
    (r"x\log x", "x log x"),
    (r"-\log p", "−log p"),
    (r"\exp(x)", "exp(x)"),
    (r"\softmax(x)", "softmax(x)"),
    (r"\operatorname{softmax}(x)_i", "softmax(x)ᵢ"),
    (r"\operatorname*{argmax}_i x_i", "argmaxᵢ xᵢ"),
    (r"\max_{x\in X} f", "max_(x∈X) f"),
    (r"\mathrm{Bernoulli}(p)", "Bernoulli(p)"),
    (r"24\,\mathrm{GB}", "24 GB"),
    (r"24\mathrm{GB}", "24 GB"),
    (r"7\text{B}", "7B"),
    (r"x \text{ if } y", "x if y"),
    (r"\text{准确率}=1", "准确率 = 1"),
    (r"{\rm ref}", "ref"),
    # alphabets
    (r"\mathcal{N}(0, I)", "𝒩(0, I)"),
    (r"\mathcal{L}", "ℒ"),
    (r"\mathbf{x}", "𝐱"),
    (r"\boldsymbol{\theta}", "𝛉"),
    (r"\mathbb{1}[x>0]", "𝟙[x > 0]"),
    # delimiters and spacing
    (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
    (r"\left. x \right|_{t=0}", "x|ₜ₌₀"),
    (r"\lVert x\rVert_2^2", "‖x‖₂²"),
    (r"\|x\|", "‖x‖"),
    (r"p(y\mid x)", "p(y | x)"),
    (r"\{1,\dots,n\}", "{1, …, n}"),
    (r"\lfloor x \rfloor", "⌊x⌋"),
    (r"a,\quad b", "a, b"),
    (r"x\!y", "xy"),
    # numbers
    (r"1{,}000", "1,000"),
    ("10,000", "10,000"),
    (r"10\,000", "10\u202f000"),
    ("(0,1)", "(0, 1)"),
    (r"5\%", "5%"),
    ("6ND", "6ND"),
    # layouts that a line cannot show, still readable
    (r"\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}", "[1, 2; 3, 4]"),
    (r"\begin{cases}a & x>0\\ b & \text{otherwise}\end{cases}", "{a, x > 0; b, otherwise}"),
    (r"\underbrace{a+b}_{n}", "(a + b)ₙ"),
    (r"\binom{n}{k}", "C(n, k)"),
    # unknown commands lose their backslash
    (r"\foo x", "foo x"),
    (r"\foo{x}", "foo x"),
    # broken input
    ("", ""),
    ("{", ""),
    ("}", ""),
    ("x^", "x"),
    (r"\frac{a}", "a/1"),
    (r"\sqrt[", "√()"),
    (r"\begin{matrix}", "[]"),
    ("a & b", "a b"),
]


@pytest.mark.parametrize(("tex", "expected"), FORMULAS, ids=[tex or "empty" for tex, _ in FORMULAS])
def test_formula(tex, expected):
    assert render_formula(tex) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("令 $p=0.5$，则 $1-p$ 也是。", "令 p = 0.5，则 1 − p 也是。"),
        ("**除以 $\\sqrt{d_k}$**", "**除以 √dₖ**"),
        ("`$x$` and $x$", "`$x$` and x"),
        ("```\n$x$\n``` $y_1$", "```\n$x$\n``` y₁"),
        ("``a ` $x$`` $x$", "``a ` $x$`` x"),
        (r"\`$x_1$\`", r"\`x₁\`"),
        (r"costs \$5, not \$6", "costs $5, not $6"),
        (r"$\$5$ a month", "$5 a month"),
        ("$$x_1$$", "x₁"),
        ("$x$$y$", "xy"),
        ("$a$ costs $5", "a costs $5"),
        ("no math, *kept* as_it ~is~", "no math, *kept* as_it ~is~"),
    ],
)
def test_text_around_formulas_stays(text, expected):
    assert render_inline(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$d_{model}$", r"d\_model"),
        ("$x^*$", r"x\*"),
        ("$|x|$ and $|y|$", r"\|x\| and \|y\|"),
        ("$> 0$", r"\> 0"),
        (r"$\text{a`b~c\_d}$", r"a\`b c\_d"),
    ],
)
def test_signs_of_a_formula_are_safe_in_markdown(text, expected):
    assert render_inline(text) == expected


def test_without_markdown_nothing_is_escaped():
    assert render_inline("$d_{model}$ > $x^*$", markdown=False) == "d_model > x*"


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{bmatrix}1\end{bmatrix}",
        r"\begin{aligned}a&=b\end{aligned}",
        r"\begin{cases}a\end{cases}",
        r"\sum_{j\ne i} x_j",
        r"\frac{1}{\sum_{j \in S} x_j}",
        r"\underbrace{x}_{y}",
        r"\sum_{\substack{i\\j}} x",
        r"a \\ b",
        r"\xrightarrow{f}",
    ],
)
def test_needs_card(tex):
    assert needs_card(f"text ${tex}$ text $x$")
    assert card_formulas(f"text ${tex}$ text $x$") == (tex,)


@pytest.mark.parametrize("tex", [r"\sum_{i=1}^n x_i", r"\max_{x \in X} f", r"\frac{a}{b}", r"\unknown", "x_{a,b}"])
def test_needs_no_card(tex):
    assert not needs_card(f"text ${tex}$ text")


def test_code_needs_no_card():
    assert not needs_card(r"`$\begin{matrix}1\end{matrix}$`")


def test_as_formula():
    assert as_formula(r" $\frac{a}{b}$ ") == r"\frac{a}{b}"
    assert as_formula("$$x$$") == "x"
    assert as_formula("除以 $x$") is None
    assert as_formula("$x$ 或 $y$") is None
    assert as_formula("`x`") is None
    assert as_formula("") is None


def test_has_stray_dollar():
    assert has_stray_dollar("$x$ and $y")
    assert has_stray_dollar("costs $5")
    assert not has_stray_dollar(r"\$5 and $x$ and `$`")


PLAIN = st.text(st.characters(exclude_characters="$`\\", exclude_categories=("Cs",)))
COMMANDS = r"""
\frac \sqrt \hat \sum \left \right \begin{cases} \end{cases} \text{ \not \mathbb
\operatorname \\ \{ \} \substack \underbrace \overset \sqrt[ ] { } ^ _ ' | \| & ( ) x 1 12
- + = , \alpha \, \quad ~ * : ` # > 中 \binom \pmod \xrightarrow[ \color{ \label \middle
\foo \prime \limits
"""
LATEX = st.lists(st.sampled_from(COMMANDS.split()), max_size=30).map(" ".join)


@given(PLAIN)
def test_plain_text_is_untouched(text):
    assert render_inline(text) == text


@given(st.text())
def test_never_raises_on_any_text(text):
    render_inline(text)
    needs_card(text)
    as_formula(text)
    has_stray_dollar(text)


@given(LATEX)
def test_never_raises_on_any_formula_and_escapes_it(tex):
    rendered = render_inline(f"a ${tex}$ b")
    assert rendered.startswith("a ")
    assert rendered.endswith(" b")
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~|]", rendered)


@given(st.lists(st.tuples(PLAIN, st.one_of(PLAIN, LATEX)), max_size=5))
def test_no_dollar_is_left_when_delimiters_are_balanced(parts):
    text = "".join(f"{plain}${tex}$" for plain, tex in parts)
    assert "$" not in render_inline(text)
    assert not has_stray_dollar(text)


@given(PLAIN, LATEX)
def test_rendering_twice_changes_nothing(plain, tex):
    once = render_inline(f"{plain}${tex}$", markdown=False)
    if not set("\\$`") & set(once):
        assert render_inline(once, markdown=False) == once


@pytest.mark.parametrize("unit", ["{", r"\hat", "^", r"\frac{", r"\begin{a}", "x^", r"\sqrt[", r"\text{", "(", "'"])
def test_deep_nesting_is_cheap(unit):
    start = time.perf_counter()
    render_formula(unit * 4000)
    assert time.perf_counter() - start < 1
