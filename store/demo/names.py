"""Names of the demo shop's customers: common given and family names of many peoples, combined by chance.

A name in a script that an e-mail address cannot hold is written `native:roman`. Names stand in order of how
often they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class People:
    """Customers who share a way of naming: `share` is how many of a hundred customers they are.

    Of a hundred, `doubled` carry two family names joined by `link`, `initials` a middle initial, and `rare` a
    family name that is put together from a beginning and an ending: few names are common, and many are not.
    """

    share: float
    nationalities: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    link: str = "-"
    doubled: int = 0
    initials: int = 0
    rare: int = 0
    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()


def _people(
    share: float, nationalities: str, women: str, men: str, families: str, *, link: str = "-",
    doubled: int = 0, initials: int = 0, rare: int = 0, beginnings: str = "", endings: str = "",
) -> People:  # fmt: skip
    return People(
        share, tuple(nationalities.split(", ")), tuple(women.split()), tuple(men.split()), tuple(families.split()),
        link, doubled, initials, rare, tuple(beginnings.split()), tuple(endings.split()),
    )  # fmt: skip


PEOPLES: tuple[People, ...] = (
    _people(
        37, "American, Canadian, British, Australian, Irish",
        "Mary Emma Olivia Grace Hannah Sarah Emily Alice Chloe Ruth Megan Laura Abigail Lucy Nora Clara Ivy Hazel "
        "Rose Audrey Joan Beth Paula Wendy Tessa Holly Maeve Siobhan Zoë Chloë Renée Fiona Gwen Iris Daisy Pearl",
        "James John William Henry Thomas Jack Daniel Samuel Oliver George Noah Ethan Luke Adam Peter Simon Walter "
        "Frank Hugo Oscar Martin Neil Patrick Sean Colin Graham Russell Dean Ronan Cormac Dylan Rhys Gareth Owen",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Taylor Clark Lewis Walker Hall Young King Wright "
        "Hill Green Baker Adams Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards "
        "Collins Stewart Morris Rogers Reed Cook Morgan Bell Murphy Bailey Cooper Richardson Cox Ward Foster "
        "Gray James Bennett Wood Barnes Ross Henderson Coleman Jenkins Perry Powell Long Patterson Hughes "
        "O'Brien O'Connor O'Neill McDonald McCarthy MacLeod Fitzgerald Ashworth Pemberton Hollis Thorne",
        doubled=12, initials=34, rare=55,
        beginnings="Ash Birch Black Brad Bran Brook Cald Chad Clif Cran Dal Deer Drum Ed Elm Fair Farn Gar Glen Gold "
        "Had Hamp Hart Hazel Hol Kings Lang Lin Lock Lud Mal Marsh Mid Nor Oak Or Pen Rad Red Rock Row Shef Stan "
        "Stock Straw Sut Thorn Tun Wal War Wes Whit Win Wood Wrex Yar",
        endings="bourne bridge brook bury by combe cott croft dale den field ford gate ham hurst ley low man mere "
        "more shaw stead stock ston thorpe ton wall ward well wick win wood worth",
    ),
    _people(
        15, "Mexican, Spanish, Colombian, Argentine, Peruvian",
        "María Guadalupe Sofía Lucía Isabel Carmen Elena Rosa Inés Ángela Beatriz Pilar Rocío Marisol Ximena "
        "Begoña Itzel Noemí Verónica Adriana Paloma Mercedes Dolores Lourdes",
        "José Juan Luis Carlos Miguel Ángel Jesús Javier Andrés Martín Ramón Raúl Álvaro Iñaki Joaquín Sebastián "
        "Tomás Óscar Héctor Rubén Emilio Ignacio Fermín Nicolás",
        "García Hernández Martínez López González Rodríguez Pérez Sánchez Ramírez Flores Gómez Díaz Cruz Reyes "
        "Morales Ortiz Gutiérrez Chávez Ramos Ruiz Álvarez Mendoza Vásquez Castillo Jiménez Moreno Romero Herrera "
        "Medina Aguilar Muñoz Núñez Peña Ibáñez Cárdenas Villaseñor Ordóñez Zúñiga",
        link=" ", doubled=45, rare=25,
        beginnings="Alar Bel Cal Carr Cast Cor Dom Ech Esp Far Guev Ib Lar Mald Mor Ol Pal Quint Riv Sal Tor Val Vill "
        "Zam",
        endings="ada ales ano anza ares arte avia eda eira ejo ena era ez iego illa ina io osa oso uelo ueta ura",
    ),
    _people(
        5, "French, Belgian, Swiss",
        "Marie Camille Léa Chloé Élodie Amélie Hélène Zoé Inès Margaux Aurélie Noémie Anaïs Céline Solène Maëlle",
        "Jean Pierre Louis Hugo Théo François Rémi Benoît Étienne Gaël Loïc Yves Mathéo Jérôme Cédric Aurélien",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Lefèvre Fournier Girard Mercier "
        "Lemaître Dupré Faurès Besançon Rivière Chénier Gauthier Lebrun Château Boisvert",
        doubled=18,
    ),
    _people(
        4, "Brazilian, Portuguese",
        "Ana Beatriz Letícia Conceição Luísa Mônica Patrícia Inês Catarina Fátima Vitória Júlia",
        "João Antônio Paulo Tiago Gonçalo Luís Sérgio Márcio Vinícius Simão Caetano Estêvão",
        "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Araújo Gonçalves Magalhães Conceição Falcão "
        "Brandão Simões Leitão",
        link=" ", doubled=40,
    ),
    _people(
        5, "German, Austrian, Swedish, Danish, Norwegian, Finnish",
        "Anna Lena Johanna Käthe Jördis Annelie Saga Åsa Maj Sørine Ingrid Pirkko Päivi Heike Grete Ulrike",
        "Lukas Jürgen Jörg Björn Sören Håkan Lars Åke Øyvind Mikko Väinö Günther Matthias Klaus Niels Anders",
        "Müller Schmidt Schneider Weiß Größmann Köhler Krämer Jäger Schröder Bäcker Lindström Åkesson Sjöberg "
        "Sørensen Jørgensen Østergaard Mäkinen Hämäläinen Bergström Fröhlich",
        doubled=8, rare=50,
        beginnings="Berg Blum Brand Eber Eich Fel Gold Grün Hart Hoch Holm Kal Kirch Lind Lund Neu Nord Ober Rosen "
        "Sand Schön Sil Stein Sund Wal West Wies",
        endings="bach bauer baum berg blad blom dahl er feld gren haus hoff holm mann meier mark qvist schmidt ström "
        "thal wald",
    ),
    _people(
        4, "Polish, Czech, Slovak, Hungarian, Romanian, Croatian",
        "Agnieszka Małgorzata Zofia Łucja Róża Elżbieta Božena Šárka Zuzana Ágnes Zsófia Ildikó Ștefania Željka",
        "Paweł Łukasz Michał Stanisław Wojciech Jiří Ondřej Štěpán Tomáš László György Ștefan Željko Krešimir",
        "Nowak Kowalczyk Wiśniewski Wójcik Zieliński Dąbrowski Szymański Woźniak Pająk Gołębiewski Dvořák Němec "
        "Růžička Horváth Szűcs Fehér Țurcanu Ionescu Babić Jurišić",
        doubled=6, rare=45,
        beginnings="Bar Bielin Brzez Chmiel Cies Czar Dobrow Grab Jab Jan Kam Klim Kos Lew Lip Mal Maz Olsz Osin Pol "
        "Rad Sadow Sos Star Tomcz Wal Wierzb Zar",
        endings="ak ań czyk ecki ek ewicz iak ik ka ny ok owicz owski ski yński",
    ),
    _people(
        3, "Turkish",
        "Ayşe Fatma Zeynep Elif Şule Gülşen Çiğdem Özge Büşra Işıl İpek Nur",
        "Mehmet Mustafa Ahmet Hüseyin Oğuz Çağlar İsmail Şahin Ömer Barış Görkem Yiğit",
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Özdemir Arslan Doğan Kılıç Güneş Işık Ağaoğlu Tunç",
        doubled=5,
    ),
    _people(
        5, "Vietnamese",
        "Thị Hương Linh Ngọc Thảo Mỹ Phượng Hồng Tuyết Yến Diễm Quỳnh",
        "Văn Minh Đức Hùng Quốc Tuấn Dũng Hải Đạt Phúc Khánh Sơn",
        "Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        link=" ", doubled=6, initials=20,
    ),
    _people(
        4, "Indian, Pakistani, Nigerian, Filipino",
        "Priya Anjali Kavya Meera Fatima Aisha Ngozi Chioma Adaeze Amara Divya Lakshmi Maricel Rosario Tala Sunita",
        "Arjun Rohan Vikram Ravi Imran Bilal Chinedu Emeka Tunde Kofi Sanjay Anil Rizal Bayani Jomar Farhan",
        "Patel Sharma Singh Kumar Nair Iyer Khan Hussain Okafor Adeyemi Okonkwo Mensah Reddy Chowdhury Santos "
        "Dela-Cruz Bautista Mukherjee",
        initials=22,
    ),
    _people(
        3, "Ukrainian, Bulgarian, Serbian",
        "Олена:olena Анна:anna Наталія:nataliia Ірина:iryna Марія:mariia Світлана:svitlana Юлія:yuliia Дарина:daryna",
        "Андрій:andrii Олег:oleh Тарас:taras Іван:ivan Дмитро:dmytro Сергій:serhii Богдан:bohdan Юрій:yurii",
        "Шевченко:shevchenko Бондаренко:bondarenko Коваль:koval Ткаченко:tkachenko Мельник:melnyk Иванов:ivanov "
        "Петров:petrov Георгиев:georgiev Јовановић:jovanovic Николић:nikolic Кравченко:kravchenko Лисенко:lysenko",
    ),
    _people(
        2, "Greek, Cypriot",
        "Ελένη:eleni Μαρία:maria Σοφία:sofia Αικατερίνη:aikaterini Δήμητρα:dimitra Ιωάννα:ioanna",
        "Γιώργος:giorgos Νίκος:nikos Δημήτρης:dimitris Κώστας:kostas Παναγιώτης:panagiotis Χρήστος:christos",
        "Παπαδόπουλος:papadopoulos Γεωργίου:georgiou Οικονόμου:oikonomou Νικολάου:nikolaou Ιωαννίδης:ioannidis "
        "Βασιλείου:vasileiou Κωνσταντίνου:konstantinou Αγγελής:angelis",
    ),
    _people(
        2, "Egyptian, Lebanese, Moroccan, Jordanian",
        "فاطمة:fatima مريم:maryam ليلى:layla نور:nour سلمى:salma هدى:huda",
        "محمد:mohamed أحمد:ahmed علي:ali يوسف:youssef خالد:khaled عمر:omar",
        "حسن:hassan إبراهيم:ibrahim منصور:mansour خليل:khalil حداد:haddad ناصر:nasser صالح:saleh فارس:fares",
    ),
    _people(
        1, "Israeli",
        "נועה:noa תמר:tamar שירה:shira יעל:yael מאיה:maya",
        "דוד:david יוסף:yosef איתי:itai אורי:uri נועם:noam",
        "כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton אברהם:avraham",
    ),
    _people(
        2, "Indian, Nepalese",
        "प्रिया:priya अनीता:anita सुनीता:sunita कविता:kavita मीरा:meera",
        "राजेश:rajesh अमित:amit संजय:sanjay विकास:vikas रोहन:rohan",
        "शर्मा:sharma वर्मा:verma गुप्ता:gupta सिंह:singh जोशी:joshi मिश्रा:mishra थापा:thapa",
    ),
    _people(
        1, "Thai",
        "สมหญิง:somying มาลี:malee กานดา:kanda พิมพ์:pim สุดา:suda",
        "สมชาย:somchai วิชัย:wichai ประเสริฐ:prasert อนันต์:anan ธนา:thana",
        "ศรีสุข:srisuk ทองดี:thongdee แสงจันทร์:saengchan วงศ์ไทย:wongthai บุญมี:boonmee",
    ),
    _people(
        3, "Chinese, Taiwanese, Singaporean",
        "芳:fang 娜:na 秀英:xiuying 静:jing 丽:li 雅婷:yating 淑芬:shufen 欣怡:xinyi",
        "伟:wei 强:qiang 磊:lei 军:jun 洋:yang 志明:zhiming 家豪:jiahao 冠宇:guanyu",
        "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 黄:huang 赵:zhao 周:zhou 吴:wu 歐陽:ouyang 林:lin",
    ),
    _people(
        2, "Japanese",
        "陽子:yoko 美咲:misaki さくら:sakura 結衣:yui 真綾:maaya 知実:tomomi",
        "翔太:shota 健一:kenichi 大輔:daisuke 拓也:takuya 蓮:ren 太郎:taro",
        "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 渡辺:watanabe 山口:yamaguchi 髙田:takada 中村:nakamura",
    ),
    _people(
        2, "Korean",
        "지우:jiu 서연:seoyeon 민지:minji 하은:haeun 수진:sujin",
        "민준:minjun 서준:seojun 지훈:jihoon 현우:hyunwoo 도윤:doyun",
        "김:kim 이:lee 박:park 최:choi 정:jung 강:kang 조:cho 남궁:namgung",
    ),
)  # fmt: skip
"""Shares add up to a hundred."""
