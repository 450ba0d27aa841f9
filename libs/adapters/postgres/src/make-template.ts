import { makeDatabase } from './lib/embedded/database-process';
import { pgliteVersion } from './lib/embedded/pglite';
import { makeTemplate } from './lib/embedded/template';

/** The build's step: afterwards the first start of an embedded database copies files instead of making them. */
void makeTemplate(pgliteVersion(), makeDatabase);
