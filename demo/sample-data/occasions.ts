/** What invented people have in their calendars and on their lists, as they write it where they live. */

export interface Place {
  /** IANA name. */
  readonly zone: string;
  readonly city: string;
  /** What people do once. */
  readonly occasions: readonly string[];
  /** What they do again and again. */
  readonly habits: readonly string[];
  /** What takes whole days. */
  readonly days: readonly string[];
  /** What they have to do. */
  readonly duties: readonly string[];
  readonly rooms: readonly string[];
}

export const places: readonly Place[] = [
  {
    zone: 'Europe/Oslo',
    city: 'Oslo',
    occasions: ['Tannlege', 'Foreldremøte', 'Befaring på brygga', 'Intervju: optiker'],
    habits: ['Korøvelse', 'Statusmøte', 'Svømming'],
    days: ['Fjelltur i Jotunheimen', 'Påske på hytta', 'Messe i Stavanger'],
    duties: ['Bestille ved', 'Fornye passet', 'Måle opp båthuset'],
    rooms: ['Møterom Å', 'Rom 4', 'Kantina'],
  },
  {
    zone: 'Europe/Berlin',
    city: 'Leer',
    occasions: ['Zahnarzt', 'Abnahme Deich, Abschnitt 3', 'Gespräch mit Frau Groß'],
    habits: ['Jour fixe', 'Chorprobe', 'Übung der Freiwilligen Feuerwehr'],
    days: ['Urlaub auf Föhr', 'Betriebsausflug', 'Messe Köln'],
    duties: ['Heizkessel warten', 'Steuererklärung abgeben', 'Angebot für „Süderweg“ prüfen'],
    rooms: ['Besprechung 2', 'Schützenhaus', 'Büro Müller & Söhne'],
  },
  {
    zone: 'Europe/Paris',
    city: 'Lyon',
    occasions: ['Rendez-vous chez l’ophtalmo', 'Réunion de chantier', 'Déjeuner avec Chloé'],
    habits: ['Point hebdomadaire', 'Cours de théâtre', 'Marché'],
    days: ['Salon à Marseille', 'Congés d’été', 'Déménagement'],
    duties: ['Renvoyer le contrat signé', 'Préparer l’atelier', 'Payer la taxe d’habitation'],
    rooms: ['Salle Lumière', 'Café du Port', '2ᵉ étage'],
  },
  {
    zone: 'Europe/Athens',
    city: 'Αθήνα',
    occasions: ['Οδοντίατρος', 'Συνάντηση με τον λογιστή'],
    habits: ['Εβδομαδιαία σύσκεψη', 'Μάθημα ιταλικών'],
    days: ['Διακοπές στη Νάξο', 'Έκθεση Θεσσαλονίκης'],
    duties: ['Πληρωμή ΔΕΗ', 'Έλεγχος συμβολαίου'],
    rooms: ['Αίθουσα Γ', 'Γραφείο 12'],
  },
  {
    zone: 'Europe/Sofia',
    city: 'София',
    occasions: ['Зъболекар', 'Среща с клиента'],
    habits: ['Футбол', 'Седмичен отчет'],
    days: ['Почивка на морето', 'Панаир в Пловдив'],
    duties: ['Да се обадя на Петър', 'Годишен технически преглед'],
    rooms: ['Зала 1', 'Стадион „Искър“'],
  },
  {
    zone: 'Asia/Jerusalem',
    city: 'תל אביב',
    occasions: ['תור לרופא', 'פגישה עם יעל'],
    habits: ['ישיבת צוות', 'חוג ציור'],
    days: ['טיול לגליל', 'כנס בחיפה'],
    duties: ['לחדש ביטוח', 'לשלוח הצעת מחיר'],
    rooms: ['חדר 7', 'קומה 3'],
  },
  {
    zone: 'Asia/Amman',
    city: 'عمّان',
    occasions: ['موعد طبيب الأسنان', 'لقاء مع ليلى'],
    habits: ['اجتماع الفريق', 'درس العود'],
    days: ['رحلة إلى البتراء', 'معرض الكتاب'],
    duties: ['تجديد الرخصة', 'مراجعة الميزانية'],
    rooms: ['القاعة ٢', 'المكتب'],
  },
  {
    zone: 'Asia/Tokyo',
    city: '東京',
    occasions: ['歯医者', '山田さんと打ち合わせ', '家族と夕食'],
    habits: ['定例会議', '書道教室'],
    days: ['京都出張', '夏休み'],
    duties: ['見積書を送る', '自転車の修理'],
    rooms: ['会議室A', '本社３階'],
  },
  {
    zone: 'Asia/Seoul',
    city: '서울',
    occasions: ['치과 예약', '고객 미팅'],
    habits: ['주간 회의', '요가'],
    days: ['제주도 여행', '부산 출장'],
    duties: ['보고서 제출', '세금 신고'],
    rooms: ['회의실 3', '본관 로비'],
  },
  {
    zone: 'America/New_York',
    city: 'Portland',
    occasions: ['Dentist', 'Budget review', 'Interview: "senior" pilot', 'Lunch with Odessa 🥗'],
    habits: ['Stand-up', 'Choir', 'One-to-one', 'Yoga <beginners>'],
    days: ['Fair in Santa Fe', 'Company holiday', 'Moving house'],
    duties: ['Service the boiler', 'Read the manual', 'R&D: order lenses', 'Call Mr. O’Brien back'],
    rooms: ['Room 4', 'Lighthouse, 2nd floor', 'Online'],
  },
];
