"""What people ordinarily ask a portrait studio for: fashion, business, travel, sport, in several languages. One to a line."""

WISHES = """
a confident businesswoman in a navy suit, studio light, eye contact
professional headshot of a man in his forties, grey backdrop, soft key light
a 30 year old woman in a red evening gown on a marble staircase
corporate portrait, glass office, shallow depth of field, 85mm lens
fashion editorial, oversized trench coat, rainy city street at night
young woman with auburn hair reading in a cafe window
young man with a beard, leather jacket, motorbike in the background
young professional couple toasting with champagne on a rooftop
close-up beauty shot, nude lipstick, dewy skin, softbox reflection in the eyes
nude heels and a beige pencil skirt, walking through a hotel lobby
soft nude tones, minimalist wardrobe, cashmere knit, morning light
glossy nude nails holding a coffee cup
baby blue blazer, white tee, spring street style
baby pink cashmere sweater, cozy living room, warm lamp light
woman showing her baby bump in a flowing linen dress, field at sunset
baby's breath bouquet in the hands of a bride
fine baby hairs framing the face, high detail skin texture
a bad boy look with ripped jeans and a leather jacket
boy band photoshoot vibe, five men in white suits
cowboy hat, denim shirt, dusty ranch at golden hour
1960s cocktail dress, pearls, beehive hair, jazz club
girl boss energy, power suit, standing at the head of a boardroom table
party girl aesthetic, sequins, disco ball, confetti
the girl next door smile, freckles, sunlit porch
a girl in a yellow raincoat on the pier, film grain
it girl street style, big sunglasses, iced latte
girls night out, four women laughing in a taxi, neon reflections
influencer filming a makeup tutorial, ring light, vanity mirror
kind eyes, gentle smile, salt and pepper hair, knitted cardigan
a kinder, softer expression than before, natural window light
CEO portrait for a press page, arms crossed, city skyline
startup founder on stage giving a talk, spotlight, headset microphone
lawyer in a wood-panelled library, leather chair, serious expression
doctor in a white coat, stethoscope, hospital corridor
nurse in scrubs, warm smile, soft hallway light
chef plating a dish in an open kitchen, steam, copper pans
barista pouring latte art, apron, morning rush
architect with rolled blueprints, concrete interior
university student in the library with a laptop, autumn sweater
college graduate in cap and gown, tossing the cap, campus lawn
PhD student presenting a poster at a conference
art school graduate show, paint-splattered overalls, gallery walls
business school professor in front of a whiteboard
law school alumni portrait, courthouse steps
film school director with a clapperboard, on set
old school hip hop style, gold chain, boombox, brick wall
yoga teacher in tree pose on a mountain at sunrise
runner crossing a finish line, sweat, motion blur, stadium lights
boxer wrapping hands, moody gym, rim light
swimmer in a competition swimsuit at the pool edge
woman in a one-piece swimsuit on a Greek beach, straw hat
surfer walking out of the sea with a board, backlit
rock climber chalking hands, granite wall, telephoto
ballet dancer rehearsing in an empty theatre, tulle skirt
flamenco dancer, red ruffled dress, dramatic shadow
tango couple in a dim milonga, motion and smoke
jazz singer at a vintage microphone, smoky spotlight
guitarist on a small stage, amber lights
DJ behind the decks, festival crowd, lasers
violinist in a black dress, concert hall, warm wood
pianist at a baby grand piano, candle light
portrait with a vintage Polaroid look, faded colours, light leak
cinematic still, teal and orange, anamorphic flare, 2.39:1
shot on 35mm film, Kodak Portra 400, f/2.8, 1/250s, ISO 400
85mm f/1.4, bokeh, golden hour, 8k, ultra detailed
50mm lens at f/11, sharp from front to back
high key beauty light, white background, 4k retouch
low key portrait, single hard light from the left, deep shadows
Rembrandt lighting, 3/4 view, medium format look
double exposure of a face and a forest
black and white street portrait in the style of the 1950s
renaissance painting of a noblewoman, velvet, candle light
oil painting of a duchess with a fan, baroque interior
art deco poster of a woman with a cigarette holder
cyberpunk hacker, neon visor, rain, Tokyo alley
space captain in a white uniform on the bridge of a ship
elf queen with silver crown, forest cathedral, volumetric light
knight in polished armour, banner, misty field
viking warrior with braids and face paint, fjord
samurai in lacquered armour under falling blossoms
steampunk inventor with brass goggles, workshop
witch with a pointed hat, cauldron, green smoke, for adults only costume party
halloween vampire look, red lips, velvet cape
superhero landing pose, cape in the wind, city rooftop
mermaid with an iridescent tail on a rock, stormy sea
anime style portrait of a detective woman, trench coat, neon city
anime knight with silver hair, detailed armour, clean line art
anime style barista, adult proportions, apron, cafe counter
comic book style, bold ink, halftone, newspaper reporter
watercolor portrait of a gardener with sunflowers
3d render of a stylised fashion avatar, glossy materials
LinkedIn headshot, navy blazer, white shirt, neutral background
Tinder profile picture, candid laugh, park, golden light
passport-style photo, neutral face, plain background
press kit portrait for a novelist, bookshelf, tweed jacket
podcast cover, host with headphones, bold colour background
YouTube thumbnail, surprised face, pointing at the left side, bright background
album cover, moody blue light, profile view
perfume ad, woman in silk slip dress, amber bottle, soft focus
watch advertisement, cuffed sleeve, steel bracelet, macro
12 year old whisky in a crystal glass, gentleman in an armchair
a man with a three day stubble, henley shirt, workshop
celebrating 10 years in business, team toast, confetti
a consultant with 15 years of experience, confident stance, office
our company turns 5 years this month, group photo in blazers
5 images of a woman in different blazers, same lighting
two 25 year old women on a road trip, convertible, desert
a 45-year-old farmer leaning on a fence, wheat field
a 62 year old grandmother... no grandchildren in the frame, only her, garden roses
an 18 year old college freshman moving into the dorm, boxes
a 21 year old model on a Paris balcony, croissant, coffee
a woman aged 35 in a linen suit, terracotta wall
a man, age 50, sailing a yacht, polo shirt
portrait at eye level, 6 feet tall man in a tailored suit
model is 5 feet 9, standing pose, full body
she is wearing a camel coat and black boots, city bridge
he is holding an umbrella, reflections on wet asphalt
street food vendor with a big smile, night market lanterns
florist wrapping peonies in brown paper, greenhouse
carpenter planing oak, dust in sunbeams
beekeeper lifting a frame, veil, summer meadow
pilot in uniform in front of a propeller plane
flight attendant with a silk scarf, airplane aisle
train conductor, brass buttons, steam
firefighter with soot on the face, helmet under the arm
police officer portrait, city lights at dusk
astronaut with helmet reflection of earth
scientist in a lab coat looking through a microscope
software engineer with three monitors, blue light
teacher in front of a blackboard with equations, chalk
librarian on a rolling ladder, tall shelves
tailor measuring a suit, pins, tape measure
potter at the wheel, clay hands, window light
sculptor in a dusty atelier, marble bust
photographer with a medium format camera, self portrait in mirror
bride in a lace dress, veil in the wind, cliff by the sea
groom adjusting cufflinks, hotel room, morning
bridesmaids in sage green dresses, garden arch
prom-free evening look: satin gloves, long gown, chandelier
black tie gala, tuxedo, red carpet, flash photography
sheer sleeves, embroidered gown, palace ballroom
pussy bow blouse, high-waisted trousers, 1970s office
sexy red dress, elegant pose, hotel bar, warm light
sensual jazz mood, off-the-shoulder sweater, vinyl records
denim on denim, gas station, Americana, wide shot
boho dress, fringe, desert festival, feather earrings
grunge look, plaid shirt, band tee, chain-link fence
preppy style, tennis sweater, pleated skirt, country club
tomboy style, oversized shirt, sneakers, skate park
goth makeup, black lace, cathedral ruins
rockabilly hair, polka dots, cherry red car
athleisure set, pastel colours, pilates studio
ski outfit, goggles on the forehead, alpine peaks
hiking jacket, backpack, misty mountain trail
raincoat and wellies in a vegetable garden
pyjamas and coffee in bed, tousled hair, soft morning light
bathrobe and towel turban, skincare masks, bathroom mirror
silk robe, vanity, perfume bottles, soft focus
cosy knit, mug of tea, window seat with rain
christmas jumper, fairy lights, fireplace
new year's eve, sparkler, gold sequin dress
valentine's dinner, candle light, red velvet, couple of adults
picnic in the park, checkered blanket, straw hat
vineyard tour, linen shirt, glass of rose
cooking class, flour on hands, laughing couple
farmers market, tote bag, sunflowers
vintage bookstore, turtleneck, round glasses
record store, band tee, crates of vinyl
museum visitor looking at an abstract painting
theatre foyer, opera glasses, velvet coat
airport lounge, suitcase, trench coat, departures board
hotel check-in, marble desk, bellboy in the background
rooftop pool, sunglasses, city skyline at dusk
desert dunes, flowing dress, camel caravan far away
northern lights, parka, snow field
tropical waterfall, linen dress, mossy rocks
Santorini white walls, blue dome, summer dress
Tokyo crossing, umbrellas, neon, motion blur
New York subway platform, headphones, moody
Paris cafe terrace, beret, newspaper
London rain, black cab, checked coat
Marrakech riad, tiles, orange trees, kaftan
Havana street, classic car, bright walls
Rio carnival costume, feathers, glitter, samba
Venice mask, brocade, foggy canal
Kyoto temple, kimono, maple leaves
Seoul street style, oversized blazer, chunky sneakers
Mumbai sari shop, silk, bangles
Lagos fashion week, bold print, gele headwrap
Mexico City, embroidered blouse, marigolds
Highland moor, tartan scarf, wind
Norwegian fjord cabin, wool sweater, wood stove
an adult woman with short platinum hair, calm expression
a mature man with silver hair, tailored coat, autumn park
an elderly couple dancing in the kitchen
grandmother with a colourful scarf, laugh lines, sunny window
plus-size model in a wrap dress, confident walk
woman in a wheelchair on a catwalk, metallic suit
man with a prosthetic leg running on a beach
model with vitiligo, white background, editorial
hijab fashion, pastel tones, modern architecture
androgynous model, sharp suit, buzz cut, studio
drag queen in full glam, sequins, stage lights
muscular man lifting a barbell, chalk dust, gym
athletic woman tying her shoes, track at dawn
slim man in a turtleneck, brutalist stairs
curvy woman in a pencil dress, office lift mirror
freckled redhead with green eyes, forest light
woman with long braids and gold cuffs, sunset
bald man with a grey beard, denim apron
woman with a pixie cut and bold earrings
man bun, linen shirt, beach bar
wavy bob, red beret, autumn leaves
headshot with a naked eye catchlight, no retouch look
juggling oranges in a kitchen, playful mood
barn wedding, rustic wood, string lights, adult guests dancing
converted barn loft, fashion shoot, leather sofa
minor retouching only, natural skin, keep the wrinkles
a minor key mood, melancholic look, rain on the window
dramatic pose, magazine quality, high fashion, couture feathers
Sex and the City inspired outfit, tulle skirt, Manhattan street
magna cum laude graduate portrait, law robes
Philip K Dick inspired sci-fi noir, rain, neon signs
cocktail bar, peacock feathers, emerald dress
essex coast, sussex downs, woman walking a spaniel
scunthorpe steelworker portrait, hard hat, glow of the furnace
analog synth studio, canal side, analysis on a whiteboard
titanic style deck scene, wide-brimmed hat
classic assassin in a hooded cloak, mass of candles
class of 2012 reunion, adults in blazers, name tags
seventeen candles on a table, wine glasses, adult dinner party
ten out of ten energy, confetti, CEO holding an award
eighteen yellow roses in the arms of a woman in black
nineteen-twenties flapper dress, feather headband, jazz age
canteen table, velveteen jacket, sateen shirt
thirteen floors up, rooftop bar, skyline
fifteen minutes of fame, flashing cameras, red carpet
a dozen lights, five chairs, one woman in a grey suit
queen of hearts costume, playing cards, dramatic makeup
""".strip().splitlines()

MORE_WISHES = """
Geschäftsfrau im dunkelblauen Anzug, Studio, weiches Licht
Junge Frau mit roten Haaren in einem Café am Fenster
Ein 35 Jahre alter Mann mit Bart, Lederjacke, Berliner Straße
Bewerbungsfoto, neutraler Hintergrund, freundliches Lächeln
Beraterin mit 15 Jahren Erfahrung, Büro mit Glaswand
Abendkleid aus Samt, Opernhaus, goldenes Licht
Eine Frau am Strand, Sonnenhut, Sommerkleid, Abendsonne
Koch in offener Küche, Dampf, Kupferpfannen
Dirndl auf dem Oktoberfest, Bierzelt, lachende Freunde
Sportlerin beim Klettern, Granitwand, Seil
Porträt einer Professorin vor einem Bücherregal
femme d'affaires en tailleur bleu marine, bureau lumineux
jeune femme rousse lisant dans un café parisien
homme de 40 ans, barbe courte, veste en cuir
robe de soirée rouge, escalier en marbre
portrait professionnel, fond gris, lumière douce
consultante avec 15 ans d'expérience, salle de réunion
une femme à la plage, chapeau de paille, fin de journée
danseuse de ballet dans un théâtre vide
sa robe est longue et son regard est calme
mannequin plus-size, robe portefeuille, sourire
mujer de negocios con traje azul, oficina moderna
mujer joven pelirroja leyendo en una cafetería
hombre de 45 años con barba, chaqueta de cuero
retrato profesional, fondo gris, luz suave
vestido de noche rojo, escalera de mármol
consultora con 15 años de experiencia, sala de juntas
chica con sombrero en la playa al atardecer
bailaora de flamenco, vestido de volantes, sombra dramática
Nina es una fotógrafa de treinta y dos años en Madrid
chef en una cocina abierta, vapor, sartenes de cobre
empresária de terno azul, escritório moderno
mulher jovem ruiva lendo em um café
homem de 38 anos com barba, jaqueta de couro
retrato profissional, fundo cinza, luz suave
vestido longo vermelho, escadaria de mármore
fica linda com esse vestido, luz dourada, praia
surfista saindo do mar com a prancha, contraluz
donna d'affari in completo blu, ufficio luminoso
ragazza con cappello rosso in un caffè di Roma, stile anni 60
uomo di 50 anni con barba, giacca di pelle
ritratto professionale, sfondo grigio, luce morbida
abito da sera rosso, scala di marmo
ballerina in un teatro vuoto, luce calda
zakenvrouw in een donkerblauw pak, modern kantoor
jonge vrouw met rood haar in een café
man van 40 jaar met een baard, leren jas
portret met zacht licht, grijze achtergrond
avondjurk op een marmeren trap
bizneswoman w granatowym garniturze, nowoczesne biuro
młoda kobieta z rudymi włosami w kawiarni
mężczyzna w wieku 40 lat z brodą, skórzana kurtka
portret zawodowy, szare tło, miękkie światło
suknia wieczorowa na marmurowych schodach
dziewczyna w czerwonym płaszczu na ulicy Krakowa
деловая женщина в тёмно-синем костюме, современный офис
молодая женщина с рыжими волосами читает в кафе
мужчина 40 лет с бородой, кожаная куртка
девушка в красном пальто на мосту, осень
вечернее платье, мраморная лестница, мягкий свет
портрет учёной в лаборатории, белый халат
первоклассный костюм, строгий взгляд, офис
ділова жінка в синьому костюмі, сучасний офіс
дівчина в червоному пальті на мосту, осінь
чоловік 40 років з бородою, шкіряна куртка
lacivert takım elbiseli iş kadını, modern ofis
kırmızı elbiseli genç kadın, kafe, yumuşak ışık
40 yaşında sakallı adam, deri ceket
gece elbisesi, mermer merdiven, altın ışık
سيدة أعمال ببدلة زرقاء في مكتب حديث
امرأة شابة بشعر أحمر تقرأ في مقهى
رجل عمره 40 سنة بلحية وسترة جلدية
فستان سهرة أحمر على درج رخامي
صورة احترافية بخلفية رمادية وإضاءة ناعمة
नीले सूट में एक व्यवसायी महिला, आधुनिक कार्यालय
लाल साड़ी में एक युवती, महल का आंगन
40 साल का दाढ़ी वाला आदमी, चमड़े की जैकेट
पेशेवर चित्र, धूसर पृष्ठभूमि, नरम रोशनी
穿深蓝色西装的女商人，现代办公室，柔和的光线
一位30岁的女性，红色晚礼服，大理石楼梯
女孩在咖啡馆里看书，胶片质感，暖色调
裸色高跟鞋，米色西装裙，酒店大堂
二十五岁的摄影师，皮夹克，城市夜景
专业头像，灰色背景，柔光，自信的表情
紺色のスーツを着た女性経営者、明るいオフィス
30歳の女性、赤いドレス、大理石の階段
女の子がカフェで本を読んでいる、フィルム調
フロリダの海岸、サーフボード、夕日
低カロリー料理を紹介するシェフ、明るいキッチン
二十歳の大学生、図書館、秋のセーター
プロフィール写真、グレーの背景、柔らかい光
네이비 정장을 입은 여성 사업가, 현대적인 사무실
30세 여성, 빨간 드레스, 대리석 계단
아이돌 콘셉트 화보, 성인 여성, 은색 재킷
저칼로리 요리를 하는 셰프, 밝은 주방
카페에서 책을 읽는 젊은 여성, 필름 느낌
프로필 사진, 회색 배경, 부드러운 조명
kvinna i mörkblå kostym, modernt kontor
forretningskvinde i mørkeblåt jakkesæt, moderne kontor
žena v tmavě modrém obleku, moderní kancelář
femeie de afaceri în costum albastru, birou modern
επιχειρηματίας με μπλε κοστούμι, σύγχρονο γραφείο
üzletasszony sötétkék kosztümben, modern iroda
liikenainen tummansinisessä puvussa, moderni toimisto
wanita bisnis dengan setelan biru tua, kantor modern
nữ doanh nhân mặc vest xanh đậm, văn phòng hiện đại
אשת עסקים בחליפה כחולה, משרד מודרני
نمای حرفه‌ای از یک زن با کت آبی، دفتر مدرن
নীল স্যুট পরা একজন ব্যবসায়ী নারী, আধুনিক অফিস
นักธุรกิจหญิงในชุดสูทสีน้ำเงิน สำนักงานทันสมัย
""".strip().splitlines()

NAMES = """
Mara Voss | Nina | Nina Simone Adler | Lena Fischer | Sofia Marchetti | Kai Tanaka | Aiko | Yuki Mori | Min-ji Park | Priya Sharma
Fatima Zahra | Omar Haddad | Olga Petrova | Дарья Соколова | Оксана | 李娜 | 田中 美咲 | 김서연 | Zoë Müller | Chloé Dubois
Renée | Juan Pablo Menéndez | João | İpek Yılmaz | Anaïs | Björn Åkesson | Łucja Nowak | Junior Santos | Barbara | Scarlett
Max Power | Ana Paula | Ngọc Anh | Siobhán O'Neill | Jean-Luc | T'Challa | D'Angelo | Mia Boyd | Kiddleston | Dickinson
Essex Hart | Cockburn | Middlesex Rose | Analise | Anneliese | Teena Marie | Minnie | Youngblood | Jung Ho | Yung Lee
""".replace("\n", "|").split("|")
NAMES = [name.strip() for name in NAMES if name.strip()]

NEGATIVES = """
blurry, low quality, watermark, text, logo
child, teenager, underage, nude, low quality, blurry, deformed
nsfw, nude, naked, nipples, child, children, kids, baby, teen, loli, underage
no children, no kids, no teenagers
young girl, little girl, school uniform
kind, kinder, jugendliche, nackt
enfant, adolescent, nu, flou, texte
niña, niño, bebé, desnuda, borroso
дети, подросток, голая, размыто
儿童, 未成年, 裸体, 模糊
子供, 少女, 裸, ぼやけた
어린이, 미성년자, 누드
adult content, nsfw, mature content
bad anatomy, extra fingers, extra limbs, deformed hands, bad clothes, torn clothing
missing clothes, distorted clothing, floating garments
wrinkles, old, elderly, grey hair
rain, crowd, cars, signs, people in the background
(child:1.4), (teen:1.2), (nsfw:1.5)
cartoon, anime, 3d render, painting, illustration
harsh shadows, overexposed, underexposed, noise, grain
hats, glasses, jewelry, tattoos, piercings, beard
smile, teeth, open mouth, closed eyes
cropped, out of frame, duplicate, mutated, ugly
""".strip().splitlines()
