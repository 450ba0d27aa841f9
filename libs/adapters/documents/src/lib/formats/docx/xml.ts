import { Parser } from 'htmlparser2';

export type XmlAttributes = Readonly<Record<string, string>>;

export interface XmlSink {
  open?(name: string, attributes: XmlAttributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Walks through XML. Entities that it declares itself are not expanded, external ones not fetched. */
export function walkXml(xml: string, sink: XmlSink): void {
  const parser = new Parser(
    {
      onopentag: (name, attributes) => sink.open?.(name, attributes),
      ontext: (text) => sink.text?.(text),
      onclosetag: (name) => sink.close?.(name),
    },
    { xmlMode: true },
  );
  parser.end(xml);
}
