import { Parser } from 'htmlparser2';
import { Nesting } from '../nesting';

export type XmlAttributes = Readonly<Record<string, string>>;

export interface XmlSink {
  open?(name: string, attributes: XmlAttributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Walks through XML. Entities that it declares itself are not expanded, external ones not fetched. */
export function walkXml(xml: string, sink: XmlSink): void {
  const nesting = new Nesting();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        nesting.enter();
        sink.open?.(name, attributes);
      },
      ontext: (text) => sink.text?.(text),
      onclosetag: (name) => {
        nesting.leave();
        sink.close?.(name);
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
}
