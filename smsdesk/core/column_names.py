"""What columns are called, in English, German, French, Spanish and Italian, as :func:`folded_name` has it."""

from smsdesk.core.folding import folded_name, folded_pattern

_MOBILE = folded_pattern(
    r"(?<!auto)(?<!im)mobil(?!iar|itat|ity|iti)",
    r"handy|\bcell\b|cellphone|cellular|celular|movil|portable|natel|msisdn|smartphone|telefonino",
    r"\bgsm\b|\bsms\b|whatsapp|\bmob\b",
)
_PHONE = folded_pattern(
    r"phone|telefon|\btel\b|\btelnr|\btlf\b|\btfno\b|\bfon\b|\bfono\b|rufnummer|\bdst\b",
    r"(?:recipient|empfanger|destination|ziel|sms|call) ?(?:s )?(?:number|nummer|nr)\b",
)
_LANDLINE = folded_pattern(r"festnetz|landline|\bfixe\b|\bfijo\b|\bfisso\b|\bhome\b|zentrale|switchboard")
_NO_NUMBER = folded_pattern(
    r"\bfax|telefax|text|\bid\b|preis|price|vertrag|contract|model|provider|anbieter|(?<!fest)netz(?!nummer)",
    r"typ\b|type\b|datum|date|erlaubnis|consent|einwilligung|opt ?in",
)
_NUMBER = r"(?:nr|nummer|no|number|num|id)"
_NUMERO = r"(?:numero|num|no|n|nr|code|codigo|cod|codice|id|identifiant|identificador|identificativo)"
_OF = r"(?:de |du |d |del |della |di )?"
_PERSON = (
    r"(?:kunden?|kd|customer|client|mitglieds?|member|patient(?:en)?|teilnehmer|participant|debitor(?:en)?"
    r"|personal|employee|account|user|contact|kontakt|person(?:en)?|cliente|socio|paziente|paciente)"
)
_PAPER = (
    r"(?:vertrags?|contract|auftrags?|order|bestell|rechnungs?|invoice|beleg|fall|case|ticket|termin|booking"
    r"|vorgangs?|policen|policy|versicherten|adress|akten|commande|contrat|dossier|pedido|contrato|ordine"
    r"|contratto|pratica|expediente)"
)
_REFERENCES = (
    folded_pattern(
        r"(?:externe? |external )?(?:customer ?|kunden ?|client )?"
        r"(?:reference|referenz|ref|rif|riferimento|referencia)"
        rf"(?: ?(?:{_NUMBER}|client|customer|cliente|du client|del cliente))?",
    ),
    folded_pattern(
        rf"{_PERSON} ?(?:{_NUMBER}|code|kennung|key|schlussel)",
        rf"{_NUMERO} ?{_OF}(?:client|cliente|adherent|membre|socio|tessera|patient|paciente|paziente)",
    ),
    folded_pattern(
        rf"{_PAPER} ?(?:{_NUMBER}|code|zeichen|ref)",
        rf"{_NUMERO} ?{_OF}(?:commande|contrat|dossier|pedido|contrato|ordine|contratto|pratica|expediente)",
    ),
    folded_pattern(
        r"id|uid|uuid|guid|key|schlussel|kennung|kennzeichen|aktenzeichen|matrikelnummer|matricule|matricola",
        r"identifier|identifiant|identificador|identificativo|external id|externe id|record id|codice|codigo",
        r"expediente",
    ),
)
_TEXT = folded_pattern(
    r"(?:(?:own|personal|individual|custom|eigener|personlicher|individueller) )?"
    r"(?:(?:sms )?(?:text|message(?: ?text)?)|sms ?text|nachricht(?:en ?text)?|mitteilung(?:s ?text)?)",
    r"message body|texte(?: sms| personnel| propre| du message)?|message (?:sms|personnel)",
    r"texto(?: sms| propio| del mensaje)?|mensaje(?: sms)?",
    r"testo(?: sms| proprio| del messaggio)?|messaggio(?: sms)?",
)
_QUIET = (
    r"(?:blackouts?|blackout ?(?:periods?|time)|sperr(?:e|zeit|zeiten|zeitraum|zeitrame|frist)"
    r"|ruhe(?:zeit|zeiten)?|quiet ?(?:hours|time|period)?|silent ?(?:hours|time|period)?|do not disturb"
    r"|nicht storen|no sms|silence|ne pas deranger"
    r"|(?:heures?|plages?|periodes?) (?:de silence|calmes?|silencieuses?|de blocage|d interdiction)"
    r"|(?:horas?|horario|periodos?) (?:de )?(?:silencio|bloqueo|descanso)|silencio|no molestar|bloqueo"
    r"|(?:ore|orario|orari|periodo|periodi) (?:di )?(?:silenzio|blocco|riposo)|silenzio|blocco"
    r"|non disturbare)"
)
_START = r"(?:start|beginn|begin|anfang|von|from|ab|since|debut|du|de|inicio|desde|inizio|dal?)"
_END = r"(?:end|ende|bis|until|untill|till|to|stop|fin|jusqu a|jusqu au|au|hasta|fine|fino a|al?)"
_JOINT = r"(?: (?:of|der|des|du|de|del|della|di|la|le|les|el|los))*"
_WITH_TIME = r"(?: ?(?:time|date|datum|zeit|uhrzeit|datetime|at|um|le))?"
_NOT = r"(?:not|nicht|no|pas|non)"
_BLACKOUTS = folded_pattern(_QUIET)
_BLACKOUT_START = folded_pattern(
    rf"{_QUIET}s? ?{_START}{_WITH_TIME}",
    rf"{_START}{_JOINT} {_QUIET}",
    rf"sperrbeginn|ruhebeginn|{_NOT} (?:after|nach|despues de|apres|dopo)",
)
_BLACKOUT_END = folded_pattern(
    rf"{_QUIET}s? ?{_END}{_WITH_TIME}",
    rf"{_END}{_JOINT} {_QUIET}",
    r"sperrende|ruheende",
    rf"(?:(?:do not )?send |senden )?{_NOT} (?:before|vor|antes de|avant|prima di)|do not send before",
)
_ZONE = folded_pattern(
    r"time ?zone|tz|zeit ?zone|zone|fuseau(?: horaire)?|zona horaria|huso(?: horario)?|fuso orario|iana"
)
_REGION = folded_pattern(
    r"(?:(?:iso|phone|telefon|mobile) )?(?:country|region|land|lander|staat|nation|pays|pais|paese|nazione)"
    r"(?: ?(?:code|kurzel|kennzeichen|kennung|iso|iso2|name))?",
    r"(?:code|codigo|codice)(?: (?:de|del|du|di))? (?:pays|pais|paese)",
    r"landes ?(?:code|kennzeichen|kurzel)|lander ?(?:code|kennzeichen|kennung)|lkz|iso|iso2",
)
_GENERIC = folded_pattern(
    r"(?:column|spalte|col|field|feld|colonne|columna|colonna|champ|campo|unnamed|f|x)? ?[0-9]*|[a-z]{1,2}"
)
_HOURS = folded_pattern(
    r"zeit(?:en|raum|fenster)?|uhrzeit(?:en)?|stunden|hours?|times?|periods?|heures?|horaires?|plages?|horas?",
    r"horarios?|ore|orari?o?|intervalle?s?|intervals?|intervalo",
)
_SURE_ZONE = folded_pattern(
    r"time ?zone|tz|zeit ?zone|fuseau horaire|zona horaria|huso horario|fuso orario|iana"
)
_ONCE = {
    "text": _TEXT,
    "blackout_start": _BLACKOUT_START,
    "blackout_end": _BLACKOUT_END,
    "blackouts": _BLACKOUTS,
    "zone": _ZONE,
    "region": _REGION,
}
"""Start and end go before the whole: their names hold its name."""


def named_role(name: str) -> str | None:
    """What a column's name says it is, numbers and references aside."""
    folded = folded_name(name)
    return next((key for key, names in _ONCE.items() if names.fullmatch(folded)), None)


def number_weight(name: str) -> float:
    """How strongly a name says that phone numbers are below it: from 0 to 1, 1 for our own export's."""
    folded = folded_name(name)
    if folded == "dst":
        return 1.0
    if _NO_NUMBER.search(folded) or reference_rank(name) is not None or named_role(name):
        return 0.0
    if _LANDLINE.search(folded) and not _MOBILE.search(folded):
        return 0.3
    return 0.6 if _MOBILE.search(folded) else 0.5 if _PHONE.search(folded) else 0.0


def reference_rank(name: str) -> int | None:
    """How well a name fits the reference of a customer: 0 is best; None for any other name."""
    folded = folded_name(name)
    return next((rank for rank, names in enumerate(_REFERENCES) if names.fullmatch(folded)), None)


def is_generic(name: str) -> bool:
    """Whether a name says nothing, as ``Column 3``."""
    return _GENERIC.fullmatch(folded_name(name)) is not None


def may_be_hours(name: str) -> bool:
    """Whether hours below a name may be a blackout; those in which somebody is there are the opposite."""
    return is_generic(name) or _HOURS.fullmatch(folded_name(name)) is not None


def surely_zone(name: str) -> bool:
    """Whether a name means time zones, whatever is below it; a zone alone may be one of sales."""
    return _SURE_ZONE.fullmatch(folded_name(name)) is not None
