import { UsageError } from '../shared/cli/command-line';
import { type Command, runCommand } from '../shared/cli/run-command';
import { Environment } from '../shared/config/environment';

/** Entry point of the gateway's commands. Each loads its code only when it is called. */
const COMMANDS: Readonly<Record<string, (environment: Environment) => Promise<Command>>> = {
  embedded: async (environment) => (await import('./commands/embedded.js')).embedded(environment),
  gateway: async (environment) => (await import('./commands/gateway.js')).gateway(environment),
  token: async (environment) => (await import('./commands/token.js')).token(environment),
};

const [name = '', ...words] = process.argv.slice(2);
const environment = new Environment(process.env);

async function ledgerCommand(): Promise<Command | undefined> {
  const { LEDGER_COMMANDS } = await import('./ledger/commands/index.js');
  const { ledgerCommandOf } = await import('./ledger/commands/command.js');
  const command = LEDGER_COMMANDS[name];
  return command && ledgerCommandOf(command, environment);
}

function unknownCommand(): Command {
  const usage = `Usage: gateway/main.ts <command>, where <command> is one of
  ${[...Object.keys(COMMANDS), 'ledger-<command>'].join('\n  ')}`;
  return {
    usage,
    run() {
      throw new UsageError(`There is no command "${name}".`, usage);
    },
  };
}

async function main(): Promise<void> {
  const command = await (COMMANDS[name]?.(environment) ?? ledgerCommand());
  await runCommand(command ?? unknownCommand(), words);
}

void main();
