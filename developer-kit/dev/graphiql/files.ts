import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of the page: a bundle of an npm package, or its own. The page loads nothing from other servers. */
export interface PageFile {
  readonly type: string;
  readonly file: string;
}

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

const ofPackage = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);
const own = (file: string) => join(__dirname, 'page', file);

export function pageFiles(): ReadonlyMap<string, PageFile> {
  return new Map([
    ['/', { type: HTML, file: own('index.html') }],
    ['/page.css', { type: STYLE, file: own('page.css') }],
    ['/page.mjs', { type: SCRIPT, file: own('page.mjs') }],
    ['/answers.mjs', { type: SCRIPT, file: own('answers.mjs') }],
    ['/react.js', { type: SCRIPT, file: ofPackage('react', 'umd/react.production.min.js') }],
    ['/react-dom.js', { type: SCRIPT, file: ofPackage('react-dom', 'umd/react-dom.production.min.js') }],
    ['/graphiql.js', { type: SCRIPT, file: ofPackage('graphiql', 'graphiql.min.js') }],
    ['/graphiql.css', { type: STYLE, file: ofPackage('graphiql', 'graphiql.min.css') }],
  ]);
}

/** Removes the reference to a source map, which is not served. */
export function readPageFile({ file }: PageFile): string {
  return readFileSync(file, 'utf8').replace(/^\/[/*]# sourceMappingURL=.*$/gm, '');
}
