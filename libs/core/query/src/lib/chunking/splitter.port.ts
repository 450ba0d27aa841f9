/** Port, for who wants other passages than Chunker cuts: a text in pieces. Not here: where they stand, headings, pages. */
export abstract class Splitter {
  /** In the order in which they begin, each as it stands in the text; they may overlap, and leave out what nobody seeks. */
  abstract split(text: string): Promise<readonly string[]>;
}
