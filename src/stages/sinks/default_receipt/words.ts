const names = [
  "receipt",
  "refund",
  "number",
  "date",
  "store",
  "staff",
  "codes",
  "discount",
  "shipping",
  "fee",
  "rounding",
  "total",
  "paidBy",
  "taxRate",
  "net",
  "tax",
  "gross",
] as const;

/** What a receipt is headed and labelled with. */
export type ReceiptWords = Readonly<Record<typeof names[number], string>>;

const english =
  "Receipt|Refund|Receipt number|Date|Store|Served by|Voucher|Discount|Delivery|Payment fee|Rounding|Total|Paid by|VAT rate|Net|VAT|Gross";

/** By language, in the order of the names above; English for the rest. */
const tables: ReadonlyMap<string, string> = new Map([
  [
    "sv",
    "Kvitto|Återbetalning|Kvittonummer|Datum|Butik|Säljare|Kupong|Rabatt|Frakt|Betalavgift|Öresavrundning|Totalt|Betalsätt|Momssats|Netto|Moms|Brutto",
  ],
  [
    "nb",
    "Kvittering|Refusjon|Kvitteringsnummer|Dato|Butikk|Selger|Kupong|Rabatt|Frakt|Betalingsgebyr|Avrunding|Totalt|Betalt med|Mva-sats|Netto|Mva|Brutto",
  ],
  [
    "da",
    "Kvittering|Tilbagebetaling|Kvitteringsnummer|Dato|Butik|Ekspedient|Kupon|Rabat|Fragt|Betalingsgebyr|Afrunding|I alt|Betalt med|Momssats|Netto|Moms|Brutto",
  ],
  [
    "fi",
    "Kuitti|Hyvitys|Kuittinumero|Päivämäärä|Myymälä|Myyjä|Kuponki|Alennus|Toimitus|Maksupalkkio|Pyöristys|Yhteensä|Maksutapa|ALV-kanta|Veroton|ALV|Verollinen",
  ],
  [
    "de",
    "Beleg|Erstattung|Belegnummer|Datum|Filiale|Es bediente Sie|Gutschein|Rabatt|Versand|Zahlungsgebühr|Rundung|Summe|Bezahlt mit|MwSt.-Satz|Netto|MwSt.|Brutto",
  ],
  [
    "nl",
    "Kassabon|Terugbetaling|Bonnummer|Datum|Winkel|Medewerker|Kortingscode|Korting|Verzending|Betaalkosten|Afronding|Totaal|Betaald met|Btw-tarief|Netto|Btw|Bruto",
  ],
  [
    "fr",
    "Ticket de caisse|Remboursement|Numéro de ticket|Date|Magasin|Vendeur|Code promo|Remise|Livraison|Frais de paiement|Arrondi|Total|Réglé par|Taux de TVA|HT|TVA|TTC",
  ],
  [
    "es",
    "Recibo|Reembolso|Número de recibo|Fecha|Tienda|Atendido por|Cupón|Descuento|Envío|Comisión de pago|Redondeo|Total|Pagado con|Tipo de IVA|Base|IVA|Total con IVA",
  ],
  [
    "it",
    "Ricevuta|Rimborso|Numero ricevuta|Data|Negozio|Servito da|Buono|Sconto|Consegna|Commissione|Arrotondamento|Totale|Pagato con|Aliquota IVA|Imponibile|IVA|Totale IVA incl.",
  ],
  [
    "ar",
    "إيصال|استرداد|رقم الإيصال|التاريخ|المتجر|البائع|قسيمة|خصم|التوصيل|رسوم الدفع|تقريب|الإجمالي|طريقة الدفع|نسبة الضريبة|الصافي|الضريبة|الإجمالي مع الضريبة",
  ],
  [
    "he",
    "קבלה|החזר|מספר קבלה|תאריך|חנות|מוכר|קופון|הנחה|משלוח|עמלת תשלום|עיגול|סך הכול|אמצעי תשלום|שיעור מע״מ|נטו|מע״מ|ברוטו",
  ],
]);

/** Languages that write Norwegian's words under another name. */
const aliases: ReadonlyMap<string, string> = new Map([["no", "nb"], ["nn", "nb"]]);
const fromRight: ReadonlySet<string> = new Set(["ar", "he"]);

/** How a receipt reads in a language: English where there are no words for it. */
export interface ReceiptLanguage {
  /** Language tag of the words, for `lang`. */
  readonly tag: string;
  readonly direction: "ltr" | "rtl";
  readonly words: ReceiptWords;
}

/** The words for a BCP 47 locale. */
export function languageOf(locale: string): ReceiptLanguage {
  const own = locale.split("-")[0]?.toLowerCase() ?? "";
  const language = aliases.get(own) ?? own;
  const table = tables.get(language);
  const tag = table === undefined ? "en" : language;
  return {
    tag,
    direction: fromRight.has(tag) ? "rtl" : "ltr",
    words: wordsOf(table ?? english),
  };
}

function wordsOf(table: string): ReceiptWords {
  const texts = table.split("|");
  const word = (name: typeof names[number]): string => texts[names.indexOf(name)] ?? name;
  return {
    receipt: word("receipt"),
    refund: word("refund"),
    number: word("number"),
    date: word("date"),
    store: word("store"),
    staff: word("staff"),
    codes: word("codes"),
    discount: word("discount"),
    shipping: word("shipping"),
    fee: word("fee"),
    rounding: word("rounding"),
    total: word("total"),
    paidBy: word("paidBy"),
    taxRate: word("taxRate"),
    net: word("net"),
    tax: word("tax"),
    gross: word("gross"),
  };
}
