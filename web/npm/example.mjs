// node example.mjs BUNDLE ROOT TEXT [TIME]
//
// BUNDLE is the offline bundle as a file, ROOT the root public key (64 hexadecimal digits), TEXT what the QR says, TIME
// another time than the clock's (epoch seconds).
import {readFile} from 'node:fs/promises';
import {BundleError, verify} from '@dukcapil/ikd-verify';

const [file, root, text, time] = process.argv.slice(2);
if (!file || !root || text === undefined) {
    console.error('usage: node example.mjs BUNDLE ROOT TEXT [TIME]');
    process.exit(2);
}
try {
    const verdict = await verify(text, await readFile(file), {root, now: time ? Number(time) : undefined});
    console.log(`${verdict.verdict} (${verdict.reason}): ${verdict.message.en}`);
    console.log(`as of ${verdict.freshness.as_of}`);
    for (const {label, text} of verdict.rows ?? []) {
        console.log(`  ${label.en}: ${text.en}`);
    }
    process.exitCode = {valid: 0, superseded: 1, not_valid: 1, undecided: 2}[verdict.verdict];
} catch (error) {
    if (!(error instanceof BundleError)) {
        throw error;
    }
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 2;
}
