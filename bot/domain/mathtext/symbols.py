"""What single LaTeX commands look like in Unicode. Tables only; the rules are in parser.py and layout.py."""

# Spelled "name glyph name glyph …": a table of two hundred quoted pairs is harder to check by eye.


def _table(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# \epsilon and \phi take the everyday glyphs: the lunate ϵ and straight ϕ are missing from many phone fonts.
ORDINARY = _table(
    """
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ρ sigma σ varsigma ς tau τ upsilon υ phi φ
    varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ
    Omega Ω infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ emptyset ∅ varnothing ∅ forall ∀ exists
    ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ triangle △ square □ prime ′ dots … ldots … cdots ⋯ vdots ⋮
    ddots ⋱ dotsc … dotsb ⋯ checkmark ✓ degree ° imath ı jmath ȷ % % $ $ # # & & _ _ S § dag † ddag ‡ star ⋆
    circ ∘ backslash ∖
    """
)
BINARY = _table(
    """
    times × cdot · div ÷ pm ± mp ∓ ast ∗ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ bullet • cap ∩ cup ∪ setminus ∖
    wedge ∧ land ∧ vee ∨ lor ∨ bmod mod dagger † diamond ⋄ sqcup ⊔ uplus ⊎
    """
)
RELATION = _table(
    """
    le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ ll
    ≪ gg ≫ lt < gt > in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ to → rightarrow → leftarrow ←
    gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ iff ⟺ longrightarrow ⟶
    mapsto ↦ uparrow ↑ downarrow ↓ perp ⊥ parallel ∥ mid | models ⊨ vdash ⊢ doteq ≐ triangleq ≜ coloneqq ≔
    coloneq ≔ asymp ≍ prec ≺ succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳ Longrightarrow ⟹ Longleftrightarrow
    ⟺ hookrightarrow ↪ rightsquigarrow ⇝ because ∵ therefore ∴
    """
)
BIG = _table("sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀")
PUNCTUATION = {"colon": ":", "ldotp": ".", "semicolon": ";"}
# Named operators; a value other than the name itself is how it is written out.
FUNCTIONS = {
    "liminf": "lim inf",
    "limsup": "lim sup",
} | {
    name: name
    for name in _names(
        """
        arccos arcsin arctan arg cos cosh cot deg det dim erf exp gcd inf ker lg lim ln log max min Pr sec
        sin sinh softmax sup tan tanh argmax argmin sigmoid relu softplus sgn sign Var Cov KL tr rank diag
        """
    )
}
OPEN = _table(r"( ( [ [ \{ { lbrace { langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lbrack [")
CLOSE = _table(r") ) ] ] \} } rbrace } rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rbrack ] ! !")
BARS = {"|": "|", "\\|": "‖", "vert": "|", "Vert": "‖"}
SPACES = _names("quad qquad enspace space thinspace medspace thickspace")
SPACE_ESCAPES = frozenset(("\\,", "\\;", "\\:", "\\ ", "\\>", "~"))
IGNORED_SIGNS = frozenset(("!", "-", "/"))
IGNORED = _names(
    """
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits left right middle big Big bigg Bigg
    bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm mathstrut nonumber notag allowbreak nobreak hfill
    relax protect rm it sf tt
    """
)
DROPPED_WITH_ARGUMENT = _names("label tag hspace vspace phantom hphantom vphantom color ref")
# Commands that only change the look of their argument, which stays.
TRANSPARENT = _names(
    """
    mathit mathnormal mathsf mathtt boxed underline cancel bcancel mathop mathbin mathrel mathord mathopen
    mathclose mathpunct mathinner ensuremath smash pmb emph
    """
)
TEXT = _names("text textrm textbf textit textsf texttt textnormal mbox hbox textup")
ALPHABETS = {
    "mathbb": "bb",
    "mathds": "bb",
    "mathcal": "cal",
    "mathscr": "cal",
    "mathbf": "bf",
    "boldsymbol": "bf",
    "bm": "bf",
    "bf": "bf",
    "mathfrak": "frak",
}
ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "dot": "\u0307",
    "ddot": "\u0308",
    "mathring": "\u030a",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "vec": "\u20d7",
}

SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡᵀ",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
# Signs that stand raised by themselves: x^* is written x*, not x^*.
RAISED = {"∗": "*", "*": "*", "⋆": "⋆", "†": "†", "‡": "‡", "′": "′", "″": "″", "‴": "‴", "∘": "°", "°": "°"}

_STARTS = {  # alphabet: (first code point of A–Z, of a–z, of 0–9), 0 where Unicode has none
    "bb": (0x1D538, 0x1D552, 0x1D7D8),
    "cal": (0x1D49C, 0x1D4B6, 0),
    "bf": (0x1D400, 0x1D41A, 0x1D7CE),
    "frak": (0x1D504, 0x1D51E, 0),
}
_HOLES = {  # letters that Unicode had before it got the mathematical alphabets
    "bb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "cal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "bf": {},
    "frak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
}


def restyle(text: str, alphabet: str) -> str:
    """Write letters and digits in a mathematical alphabet; what it lacks stays as it is."""
    return "".join(_restyled(character, alphabet) for character in text)


def _restyled(character: str, alphabet: str) -> str:
    if character in _HOLES[alphabet]:
        return _HOLES[alphabet][character]
    upper, lower, digit = _STARTS[alphabet]
    if "A" <= character <= "Z":
        return chr(upper + ord(character) - ord("A"))
    if "a" <= character <= "z":
        return chr(lower + ord(character) - ord("a"))
    if "0" <= character <= "9" and digit:
        return chr(digit + ord(character) - ord("0"))
    if alphabet == "bf" and "α" <= character <= "ω":
        return chr(0x1D6C2 + ord(character) - ord("α"))
    return character
