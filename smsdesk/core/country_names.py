"""Names of countries. Source: the places of phonenumbers, whose own module takes half a second to import."""

from functools import cache

LANGUAGES = ("en", "de", "fr", "es", "it")
"""Those in which each country has a name."""


def country_name(country: str, language: str) -> str:
    """The name of a country (ISO 3166) in one of the languages; "" where it is not known."""
    names = _every().get(country)
    return names[LANGUAGES.index(language)] if names and language in LANGUAGES else ""


@cache
def _every() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in _NAMES.splitlines():
        country, english, *others = line.split("|")
        others += [""] * (len(LANGUAGES) - 1 - len(others))
        found[country] = (english, *(other or english for other in others))
    return found


_NAMES = """\
AD|Andorra||Andorre
AE|United Arab Emirates|Vereinigte Arabische Emirate|Emirats Arabes Unis|Emiratos Árabes Unidos|Emirati Arabi Uniti
AF|Afghanistan|||Afganistán
AG|Antigua and Barbuda|Antigua und Barbuda|Antigua et Barbuda|Antigua y Barbuda|Antigua e Barbuda
AI|Anguilla|||Anguila
AL|Albania|Albanien|Albanie
AM|Armenia|Armenien|Arménie
AN|Netherlands Antilles|Niederländische Antillen|Antilles Néerlandaises|Antillas Holandesas|Antille Olandesi
AO|Angola
AQ|Antarctica|Antarktis|Antarctique|Antártida|Antartide
AR|Argentina|Argentinien|Argentine
AS|American Samoa|Amerikanisch-Samoa|Samoa américaines|Samoa Americana|Samoa americane
AT|Austria|Österreich|Autriche
AU|Australia|Australien|Australie
AW|Aruba
AX|Åland Islands|Aaland-Inseln|Îles Åland|Islas Aland|Isole Aland
AZ|Azerbaijan|Aserbaidschan|Azerbaïdjan|Azerbaiyán|Azerbaigian
BA|Bosnia and Herzegovina|Bosnien und Herzegowina|Bosnie-Herzégovine|Bosnia y Hercegovina|Bosnia-Erzegovina
BB|Barbados||Barbade
BD|Bangladesh|Bangladesch
BE|Belgium|Belgien|Belgique|Bélgica|Belgio
BF|Burkina Faso
BG|Bulgaria|Bulgarien|Bulgarie
BH|Bahrain||Bahreïn|Bahráin
BI|Burundi
BJ|Benin|||Benín
BL|Saint Barthélemy||Saint-Barthélemy|San Bartolomé
BM|Bermuda||Bermudes|Bermudas
BN|Brunei|||Brunéi
BO|Bolivia|Bolivien|Bolivie
BQ|Bonaire, Sint Eustatius and Saba|Bonaire, Sint Eustatius und Saba|Bonaire, Saint-Eustache et Saba|Bonaire, San Eustaquio y Saba|Bonaire, Sint Eustatius e Saba
BR|Brazil|Brasilien|Brésil|Brasil|Brasile
BS|Bahamas
BT|Bhutan||Bhoutan|Bután
BV|Bouvet Island|Bouvet-Insel|Île Bouvet|Isla Bouvet|Isola di Bouvet
BW|Botswana|Botsuana||Botsuana
BY|Belarus||Biélo-Russie|Bielorrusia|Bielorussia
BZ|Belize||Bélize|Belice
CA|Canada|Kanada||Canadá
CC|Cocos Islands|Kokos-Inseln|Îles Cocos|Islas Cocos|Isole Cocos
CD|The Democratic Republic Of Congo|Demokratische Republik Kongo|République démocratique du Congo|República Democrática del Congo|Repubblica democratica del Congo
CF|Central African Republic|Zentralafrikanische Republik|République Centre-Africaine|República Centroafricana|Repubblica Centrafricana
CG|Congo|Kongo
CH|Switzerland|Schweiz|Suisse|Suiza|Svizzera
CI|Côte d'Ivoire|Elfenbeinküste||Costa de Marfil|Costa d'Avorio
CK|Cook Islands|Cook-Inseln|Îles Cook|Islas Cook|Isole Cook
CL|Chile||Chili||Cile
CM|Cameroon|Kamerun|Cameroun|Camerún|Camerun
CN|China||Chine||Cina
CO|Colombia|Kolumbien|Colombie
CR|Costa Rica
CU|Cuba|Kuba
CV|Cape Verde|Kap Verde|Cap Vert|Cabo Verde|Capo Verde
CW|Curaçao
CX|Christmas Island|Weihnachtsinsel|Île Christmas|Isla Christmas|Isola di Natale
CY|Cyprus|Zypern|Chypre|Chipre|Cipro
CZ|Czech Republic|Tschechische Republik|République Tchèque|Chequia|Repubblica Ceca
DE|Germany|Deutschland|Allemagne|Alemania|Germania
DJ|Djibouti|Dschibuti||Yibuti|Gibuti
DK|Denmark|Dänemark|Danemark|Dinamarca|Danimarca
DM|Dominica||Dominique
DO|Dominican Republic|Dominikanische Republik|République Dominicaine|República Dominicana|Repubblica Dominicana
DZ|Algeria|Algerien|Algérie|Argelia
EC|Ecuador||Equateur
EE|Estonia|Estland|Estonie
EG|Egypt|Ägypten|Egypte|Egipto|Egitto
EH|Western Sahara|Westsahara|Sahara Occidental|Sahara Occidental|Sahara Occidentale
ER|Eritrea||Erythrée
ES|Spain|Spanien|Espagne|España|Spagna
ET|Ethiopia|Äthiopien|Ethiopie|Etiopía|Etiopia
FI|Finland|Finnland|Finlande|Finlandia|Finlandia
FJ|Fiji|Fidschi|Fidji|Fiyi|Figi
FK|Falkland Islands|Falkland-Inseln|Îles Malouines|Islas Malvinas|Isole Falkland
FM|Micronesia|Mikronesien|Micronésie
FO|Faroe Islands|Färöer-Inseln|Îles Féroé|Islas Feroe|Isole Færoer
FR|France|Frankreich||Francia|Francia
GA|Gabon|Gabun||Gabón
GB|United Kingdom|Vereinigtes Königreich|Royaume-Uni|Reino Unido|Regno Unito
GD|Grenada||Grenade|Granada
GE|Georgia|Georgien|Géorgie
GF|French Guiana|Französisch-Guayana|Guyane française|Guayana Francesa|Guayana Francese
GG|Guernsey||Guernesey
GH|Ghana
GI|Gibraltar||||Gibilterra
GL|Greenland|Grönland|Groenland|Groenlandia|Groenlandia
GM|Gambia||Gambie
GN|Guinea||Guinée
GP|Guadeloupe|||Guadalupe|Guadalupa
GQ|Equatorial Guinea|Äquatorial-Guinea|Guinée Equatoriale|Guinea Ecuatorial|Guinea Equatoriale
GR|Greece|Griechenland|Grèce|Grecia|Grecia
GS|South Georgia And The South Sandwich Islands|Süd-Georgia und die südlichen Sandwich-Inseln|Géorgie du Sud et îles Sandwich du Sud|Islas Georgia del Sur y Sandwich del Sur|Georgia del sud e isole Sandwich meridionali
GT|Guatemala
GU|Guam
GW|Guinea-Bissau||Guinée-Bissau||Guinea Bissau
GY|Guyana
HK|Hong Kong|Hongkong|Hong-Kong
HM|Heard Island And McDonald Islands|Heard- und McDonald-Inseln|Île Heard et îles McDonald|Islas Heard y McDonald|Isole Heard e McDonald
HN|Honduras
HR|Croatia|Kroatien|Croatie|Croacia|Croazia
HT|Haiti||Haïti|Haití
HU|Hungary|Ungarn|Hongrie|Hungría|Ungheria
ID|Indonesia|Indonesien|Indonésie
IE|Ireland|Irland|Irlande|Irlanda|Irlanda
IL|Israel||Israël||Israele
IM|Isle Of Man|Isle of Man|Ile de Man|Isla de Man|Isola di Man
IN|India|Indien|Inde
IO|British Indian Ocean Territory|Britische Territorien im Indischen Ozean|Territoires britanniques de l'Océan Indien|Territorio Británico del Océano Índico|Territorio britannico dell'Oceano Indiano
IQ|Iraq|Irak|Irak
IR|Iran|||Irán
IS|Iceland|Island|Islande|Islandia|Islanda
IT|Italy|Italien|Italie|Italia|Italia
JE|Jersey
JM|Jamaica|Jamaika|Jamaïque||Giamaica
JO|Jordan|Jordanien|Jordanie|Jordania|Giordania
JP|Japan||Japon|Japón|Giappone
KE|Kenya|Kenia||Kenia
KG|Kyrgyzstan|Kirgistan||Kirguizistán|Kirghizistan
KH|Cambodia|Kambodscha|Cambodge|Camboya|Cambogia
KI|Kiribati
KM|Comoros|Komoren|Comores|Comores|Comore
KN|Saint Kitts And Nevis|Saint Kitts und Nevis|Saint-Christophe-et-Niévès|San Cristóbal y Nieves|Saint Kitts e Nevis
KP|North Korea|Nordkorea|Corée du Nord|Corea del Norte|Corea del Nord
KR|South Korea|Südkorea|Corée du Sud|Corea del Sur|Corea del Sud
KW|Kuwait||Koweit
KY|Cayman Islands|Kaiman-Inseln|Îles Caïmans|Islas Caimán|Isole Cayman
KZ|Kazakhstan|Kasachstan||Kazajstán
LA|Laos
LB|Lebanon|Libanon|Liban|Líbano|Libano
LC|Saint Lucia|St. Lucia|Sainte-Lucie|Santa Lucia|Sainte Lucia
LI|Liechtenstein
LK|Sri Lanka
LR|Liberia
LS|Lesotho|||Lesoto
LT|Lithuania|Litauen|Lithuanie|Lituania|Lituania
LU|Luxembourg|Luxemburg||Luxemburgo|Lussemburgo
LV|Latvia|Lettland|Lettonie|Letonia|Lettonia
LY|Libya|Libyen|Libye|Libia|Libia
MA|Morocco|Marokko|Maroc|Marruecos|Marocco
MC|Monaco|||Mónaco
MD|Moldova|Moldau|Moldavie|Moldavia|Moldavia
ME|Montenegro||Monténégro
MF|Saint Martin|St. Martin|Saint-Martin|San Martín
MG|Madagascar|Madagaskar
MH|Marshall Islands|Marshall-Inseln|Îles Marshall|Islas Marshall|Isole Marshall
MK|Macedonia|Mazedonien|Macédoine
ML|Mali|||Malí
MM|Myanmar
MN|Mongolia|Mongolei|Mongolie
MO|Macao
MP|Northern Mariana Islands|Nördliche Mariannen-Inseln|Îles Mariannes du Nord|Islas Marianas del Norte|Isole Marianne settentrionali
MQ|Martinique|||Martinica|Martinica
MR|Mauritania|Mauretanien|Mauritanie
MS|Montserrat
MT|Malta||Malte
MU|Mauritius||Maurice|Mauricio|Maurizio
MV|Maldives|Maldiven||Maldivas|Maldive
MW|Malawi|||Malaui
MX|Mexico|Mexiko|Mexique|México|Messico
MY|Malaysia||Malaisie|Malasia
MZ|Mozambique|Mosambik|||Mozambico
NA|Namibia||Namibie
NC|New Caledonia|Neukaledonien|Nouvelle-Calédonie|Nueva Caledonia|Nuova Caledonia
NE|Niger|||Níger
NF|Norfolk Island|Norfolk-Insel|Île Norfolk|Isla Norfolk|Isola Norfolk
NG|Nigeria||Nigéria
NI|Nicaragua
NL|Netherlands|Niederlande|Pays-Bas|Holanda|Paesi Bassi
NO|Norway|Norwegen|Norvège|Noruega|Norvegia
NP|Nepal||Népal
NR|Nauru
NU|Niue
NZ|New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nuova Zelanda
OM|Oman|||Omán
PA|Panama|||Panamá
PE|Peru||Pérou|Perú|Perù
PF|French Polynesia|Französisch-Polynesien|Polynésie Française|Polinesia Francesa|Polinesia Francese
PG|Papua New Guinea|Papua-Neuguinea|Papouasie-Nouvelle-Guinée|Papúa New Guinea|Papua Nuova Guinea
PH|Philippines|Philippinen||Filipinas|Filippine
PK|Pakistan|||Paquistán
PL|Poland|Polen|Pologne|Polonia|Polonia
PM|Saint Pierre And Miquelon|St. Pierre und Miquelon|Saint-Pierre-et-Miquelon|San Pedro y Miquelón|Saint Pierre e Miquelon
PN|Pitcairn|||Islas Pitcairn
PR|Puerto Rico||Porto Rico
PS|Palestine|Palästina||Palestina|Palestina
PT|Portugal||||Portogallo
PW|Palau||Belau|Palaos
PY|Paraguay
QA|Qatar|Katar
RE|Reunion||La Réunion|Reunión
RO|Romania|Rumänien|Roumanie|Rumania
RS|Serbia|Serbien|Serbie
RU|Russia|Russland|Russie|Rusia
RW|Rwanda|Ruanda||Ruanda|Ruanda
SA|Saudi Arabia|Saudi-Arabien|Arabie Saoudite|Arabia Saudita|Arabia Saudita
SB|Solomon Islands|Solomon-Inseln|Îles Salomon|Islas Salomón|Isole Solomon
SC|Seychelles|Seychellen
SD|Sudan||Soudan|Sudán
SE|Sweden|Schweden|Suède|Suecia|Svezia
SG|Singapore|Singapur|Singapour|Singapur
SH|Saint Helena|St. Helena|Sainte-Hélène|Santa Helena|Sant'Elena
SI|Slovenia|Slowenien|Slovénie|Eslovenia
SJ|Svalbard And Jan Mayen|Svalbard und Jan Mayen|Svalbard et Jan Mayen|Svalbard y Jan Mayen|Svalbard e Jan Mayen
SK|Slovakia|Slowakei|Slovaquie|Eslovaquia|Slovacchia
SL|Sierra Leone|||Sierra Leona
SM|San Marino||Saint-Marin
SN|Senegal||Sénégal
SO|Somalia||Somalie
SR|Suriname|||Surinam
SS|South Sudan|Südsudan|Sud-Soudan|Sudán del Sur|Sudan del Sud
ST|Sao Tome And Principe|Sao Tome und Principe|Sao Tomé et Principe|Santo Tomé y Príncipe|São Tomé e Principe
SV|El Salvador
SX|Sint Maarten (Dutch part)|Sint Maarten (Niederländischer Teil)|Saint-Martin (partie néerlandaise)|San Martín (región holandesa)|Sint Maarten (parte olandese)
SY|Syria|Syrien|Syrie|Siria|Siria
SZ|Swaziland|Swasiland||Suazilandia
TC|Turks And Caicos Islands|Turks- und Caicos-Inseln|Îles Turks et Caicos|Islas Turcas y Caicos|Isole Turks e Caicos
TD|Chad|Tschad|Tchad||Ciad
TF|French Southern Territories|Französische Südgebiete|Territoires Français du Sud|Territorios Franceses del Sur|Territori Francesi d'Oltremare
TG|Togo
TH|Thailand||Thaïlande|Tailandia|Thailandia
TJ|Tajikistan|Tadschikistan|Tadjikistan|Tayikistán|Tagikistan
TK|Tokelau
TL|Timor-Leste|||Timor Oriental|Timor Leste
TM|Turkmenistan||Turkménistan|Turkmenistán
TN|Tunisia|Tunesien|Tunisie|Túnez
TO|Tonga
TR|Turkey|Türkei|Turquie|Turquía|Turchia
TT|Trinidad and Tobago|Trinidad und Tobago|Trinité-et-Tobago|Trinidad y Tobago|Trinidad e Tobago
TV|Tuvalu
TW|Taiwan|||Taiwán
TZ|Tanzania|Tansania|Tanzanie
UA|Ukraine|||Ucrania|Ucraina
UG|Uganda||Ouganda
UM|United States Minor Outlying Islands|Übrige Inseln im Pazifik der USA|Dépendances américaines du Pacifique|Islas menores alejadas de los Estados Unidos|Isole minori lontane degli Stati Uniti
US|United States|Vereinigte Staaten von Amerika|Etats-Unis|Estados Unidos|Stati Uniti
UY|Uruguay
UZ|Uzbekistan|Usbekistan|Ouzbékistan|Uzbekistán
VA|Vatican|Vatikanstadt||Ciudad del Vaticano|Città del Vaticano
VC|Saint Vincent And The Grenadines|St. Vincent und die Grenadinen|Saint-Vincent-et-les Grenadines|San Vicente y las Granadinas|Saint Vincent e Grenadine
VE|Venezuela||Vénézuela
VG|British Virgin Islands|Britische Jungferninseln|Iles Vierges Britanniques|Islas Vírgenes Británicas|Isole Vergini (GB)
VI|U.S. Virgin Islands|Amerikanische Jungferninseln|Iles Vierges Américaines|Islas Vírgenes Americanas|Isole Vergini (USA)
VN|Vietnam
VU|Vanuatu
WF|Wallis And Futuna|Wallis und Futuna|Wallis-et-Futuna|Wallis y Futuna|Wallis e Futuna
WS|Samoa
YE|Yemen|Jemen|Yémen
YT|Mayotte||||Mayotta
ZA|South Africa|Südafrika|Afrique du Sud|Sudáfrica|Sudafrica
ZM|Zambia|Sambia|Zambie
ZW|Zimbabwe|Simbabwe||Zimbabue
"""  # noqa: E501
"""A country a line, its names in the order of the languages; none: as in English."""
