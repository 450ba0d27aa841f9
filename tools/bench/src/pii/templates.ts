/** A kind of document; `{ENTITY}` is personal data of that type, `[kind]` a number that looks like it and is none. */
export interface Template {
  readonly language: string;
  readonly text: string;
}

const en = (text: string): Template => ({ language: 'en', text });

/** Written as such documents are, not for anybody's patterns. */
export const TEMPLATES: readonly Template[] = [
  en('Hi team,\n\nmy name is {PERSON} and my order [order] has still not arrived in {LOCATION}. Please ring me on {PHONE_NUMBER} or write to {EMAIL_ADDRESS}.\nI paid [price] with card {CREDIT_CARD}.\n\nThanks!'),
  en('INVOICE [invoice]\nDate: {DATE_TIME}\nBill to: {PERSON}, {LOCATION}\nE-mail: {EMAIL_ADDRESS}\nTel.: {PHONE_NUMBER}\n\n3 x Widget (SKU [sku])  [price]\nTotal due  [price]\n\nPlease pay to {IBAN_CODE} within 30 days, reference [invoice].'),
  en('Patient: {PERSON}\nNHS number: {UK_NHS}\nDOB: {DATE_TIME}\n\nReviewed in clinic today. BP 132/84, pulse 71, temp 36.9. Ref [order]. GP can be reached on {PHONE_NUMBER}.'),
  en('id,name,email,ssn,last_login,ip\n[small],{PERSON},{EMAIL_ADDRESS},{US_SSN},{DATE_TIME},{IP_ADDRESS}\n[small],{PERSON},{EMAIL_ADDRESS},{US_SSN},{DATE_TIME},{IP_ADDRESS}\n'),
  en('{DATE_TIME} INFO  auth: login ok user={EMAIL_ADDRESS} src={IP_ADDRESS} session=[uuid]\n{DATE_TIME} WARN  dhcp: lease for {MAC_ADDRESS} expired, build [version]\n'),
  en('Dear {PERSON},\n\nwe have received your application. For the background check we need to confirm that your Social Security number is {US_SSN} and that you were born on {DATE_TIME}. Call {PHONE_NUMBER} with questions, or see {URL}.\n\nHuman Resources'),
  en('{PERSON}: can you send it again? to {EMAIL_ADDRESS} pls\n{PERSON}: sure. also the wifi box is {MAC_ADDRESS}, ip {IP_ADDRESS}\n{PERSON}: thx, my new number: {PHONE_NUMBER}'),
  en('Booking [order] confirmed for {PERSON}, arriving {DATE_TIME}. Charged [price] to {CREDIT_CARD}. Manage your stay at {URL} or phone the front desk: {PHONE_NUMBER}.'),
  en('Incident report\nThe caller, {PERSON} of {LOCATION}, states that {CREDIT_CARD} was used without consent on {DATE_TIME}. Bank account {IBAN_CODE} was emptied of [price]. Case no. [order]. Contact: {PHONE_NUMBER}.'),
  en('Release notes [version]\n\nThanks to {PERSON} ({EMAIL_ADDRESS}). Ticket [sku], commit [hash]. ISBN [isbn]. Downloads at {URL}. The limit is now [price] instead of [price], 1,048,576 rows and ratio 16/9.'),
  en('SHIPPING LABEL\nTo: {PERSON}\n{LOCATION}\nPhone {PHONE_NUMBER}\nTracking [tracking]\nWeight 12.50 kg, 40x30x20 cm'),
  en('Wire transfer form\nBeneficiary: {PERSON}\nAccount: {IBAN_CODE}\nAmount: [price]\nDate: {DATE_TIME}\nNotify: {EMAIL_ADDRESS}'),
  en('Minutes\n\n{PERSON} reported that {ORGANIZATION} has moved its office to {LOCATION}. {PERSON} of {ORGANIZATION} could not attend and asked for the slides ({EMAIL_ADDRESS}). Budget: [price]. Next meeting on {DATE_TIME}.'),
  en('{PERSON} joined {ORGANIZATION} after six years at {ORGANIZATION}. She was born in {LOCATION} on {DATE_TIME} and can be reached at {PHONE_NUMBER}.'),
  { language: 'de', text: 'Sehr geehrte Damen und Herren,\n\nmeine Steuer-ID lautet {DE_TAX_ID}, mein Konto ist {IBAN_CODE}. Sie erreichen mich unter {PHONE_NUMBER} oder {EMAIL_ADDRESS}. Kundennummer [order].\n\nMit freundlichen Grüßen\n{PERSON}' },
  { language: 'de', text: 'Personalbogen\nName: {PERSON}\nGeburtsdatum: {DATE_TIME}\nSteueridentifikationsnummer: {DE_TAX_ID}\nIBAN: {IBAN_CODE}\nRechnung [invoice] vom Vormonat: [price]' },
  { language: 'es', text: 'Yo, {PERSON}, con DNI {ES_NIF}, autorizo el cargo en la cuenta {IBAN_CODE}. Teléfono {PHONE_NUMBER}, correo {EMAIL_ADDRESS}. Pedido [order].' },
  { language: 'pl', text: 'Imię i nazwisko: {PERSON}\nPESEL: {PL_PESEL}\nTelefon: {PHONE_NUMBER}\nKonto: {IBAN_CODE}\nZamówienie [order]' },
  { language: 'sv', text: 'Hej, jag heter {PERSON}, personnummer {SE_PERSONNUMMER}. Ring {PHONE_NUMBER} eller skriv till {EMAIL_ADDRESS}. Ordernummer [order].' },
  { language: 'pt', text: 'Cliente: {PERSON}\nCPF: {BR_CPF}\nE-mail: {EMAIL_ADDRESS}\nTelefone: {PHONE_NUMBER}\nPedido [order], valor [price]' },
  { language: 'nl', text: 'Geachte heer/mevrouw,\n\nmijn BSN is {NL_BSN} en mijn rekening {IBAN_CODE}. Bel mij op {PHONE_NUMBER}. Factuur [invoice].\n\n{PERSON}' },
];
