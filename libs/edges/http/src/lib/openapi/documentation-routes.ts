import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Content } from '../content';
import { RouteNotFoundError } from '../http.errors';
import { named } from '../named';
import { route, type Route } from '../route';
import { openApiDocument, type Operations, type RouteGroup } from './open-api-document';

const documentSchema = named('OpenApiDocument', z.looseObject({ openapi: z.string() }));
const page = z.unknown();

/** The page may load its own files and call this server, nothing else. Swagger UI writes styles into elements. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Datapunk Cortex API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;
const START = "window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n";

/** `/openapi.json`, and `/docs`: Swagger UI from this server alone. Both answer without a key. `beside` is read at the first request. */
export function documentationRoutes(groups: readonly RouteGroup[], version: string, beside: () => Operations): readonly Route[] {
  let text: string | undefined;
  const document: Route = route({
    method: 'GET', url: '/openapi.json', scope: 'public', summary: 'This document', response: documentSchema, example: {},
    handle: () => new Content((text ??= JSON.stringify(openApiDocument([...groups, { name: 'Documentation', routes: [document] }], version, beside())))),
  });
  return [document, pageRoute('/docs', ['text/html'], () => new Content(PAGE, 'text/html; charset=utf-8', HEADERS)), pageRoute('/docs/:file', ['text/javascript', 'text/css'], ({ params }) => fileContent(params['file']!))];
}

function pageRoute(url: string, produces: readonly string[], handle: Route['handle']): Route {
  return { method: 'GET', url, scope: 'public', summary: 'The documentation page', response: page, produces, example: { params: { file: 'start.js' } }, hidden: true, handle };
}

const files = new Map<string, Content>([['start.js', new Content(START, 'text/javascript; charset=utf-8', HEADERS)]]);
const FROM_PACKAGE: Readonly<Record<string, string>> = { 'swagger-ui.css': 'text/css; charset=utf-8', 'swagger-ui-bundle.js': 'text/javascript; charset=utf-8' };

function fileContent(name: string): Content {
  const known = files.get(name);
  if (known) return known;
  if (!Object.hasOwn(FROM_PACKAGE, name)) throw new RouteNotFoundError('GET', `/docs/${name}`);
  const folder = dirname(createRequire(__filename).resolve('swagger-ui-dist/package.json'));
  const content = new Content(readFileSync(join(folder, name)), FROM_PACKAGE[name], { ...HEADERS, 'cache-control': 'public, max-age=3600' });
  files.set(name, content);
  return content;
}
