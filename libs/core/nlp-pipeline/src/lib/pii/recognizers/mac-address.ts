import { byForms, type Form } from '../recognizer';

const forms: readonly Form[] = [
  { name: 'pairs', regex: /(?<![\w:-])[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w]|[:-][\da-f])/gi, score: 0.6 },
  { name: 'Cisco', regex: /(?<![\w.])[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}(?!\w|\.\w)/gi, score: 0.6 },
];

export const macAddress = byForms({
  name: 'MacAddressRecognizer',
  entity: 'MAC_ADDRESS',
  context: ['mac', 'hardware address', 'physical address', 'ethernet', 'wifi', 'device'],
  signs: { mark: /[\da-f][:.-][\da-f]/i },
  forms,
  judge: (text, { score }) => (/^[0\W]*$|^[f\W]*$/i.test(text) ? 0 : score), // all zero and broadcast are nobody's
});
