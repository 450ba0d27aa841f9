import type { Random } from './random';

const GIVEN = 'Amelia Noah Priya Mateo Ingrid Kwame Lucía Björn Chiara Tomasz Saoirse Hiroshi Fatima André Zoë Dmitri Leila Owen Marta Rashid Elif Jonas Beatriz Callum Noor Pieter Agnieszka Luca Émilie Tariq'.split(' ');
const FAMILY = 'Whitfield Okafor Ramanathan Castellanos Lindqvist Mensah Ferreira Halvorsen Rossi Kowalczyk Brennan Tanaka Haddad Moreau Jansen Volkov Farahani Pritchard Nowak Siddiqui Yilmaz Schröder Carvalho MacLeod van-Dijk Bianchi O\'Connell Dufour Hassan Eriksson'.split(' ');
const TOWNS = 'Bristol Leeds Portland Austin Denver Utrecht Malmö Kraków Bologna Lyon Sevilla Porto Dresden Galway Halifax Dunedin Ottawa Bergen Graz Ghent'.split(' ');
const ORGANIZATIONS = 'Fernwood Clinic|Brightpath Software|Harbour Logistics|Northwind Traders|Studio Lumen|Pixelworks|Caledonian Mutual|Riverside Council|Orchard Bank|University of Halden|Greywater Energy|Tidewell Foundation|Marlow & Finch|St. Aldhelm Hospital|Kestrel Airways|Bluecoat Insurance Ltd|Vesper Pharma Inc.|Lakeland Police|Union of Postal Workers|Copperfield Museum'.split('|');
const STREETS = 'Elm Street|Harbour Road|Kingsway|Maple Avenue|Station Lane|Orchard Drive|Mill Hill|Church Walk|Lakeside Terrace|Victoria Square'.split('|');
const DOMAINS = 'fernwood-clinic.co.uk brightpath.io harbourlogistics.com mail.example.org posteo.de northwind.net studio-lumen.fr kvarteret.se casaverde.es pixelworks.dev'.split(' ');

export function person(random: Random): string {
  return `${random.pick(GIVEN)} ${random.pick(FAMILY)}`;
}

export function organization(random: Random): string {
  return random.pick(ORGANIZATIONS);
}

export function town(random: Random): string {
  return random.pick(TOWNS);
}

export function street(random: Random): string {
  return `${random.between(1, 240)} ${random.pick(STREETS)}`;
}

export function emailAddress(random: Random): string {
  const [given, family] = [random.pick(GIVEN), random.pick(FAMILY)].map(plain) as [string, string];
  const local = random.pick([`${given}.${family}`, `${given[0]}${family}`, `${given}_${family}${random.below(99)}`, `${family}+${random.pick(['news', 'bills', 'shop'])}`, `info-${family}`, given]);
  return `${random.below(8) === 0 ? local.toUpperCase() : local}@${random.pick(DOMAINS)}`;
}

export function webAddress(random: Random): string {
  const domain = random.pick(DOMAINS);
  const path = random.pick(['', '/', '/account', '/u/profile?id=8831', '/docs/intro.html#top', '/reset?token=ab12cd']);
  return random.pick([`https://${domain}${path}`, `http://www.${domain}${path}`, `www.${domain}${path}`, `${domain}${path}`]);
}

function plain(name: string): string {
  return name.normalize('NFD').toLowerCase().replace(/[^a-z-]/g, '');
}
