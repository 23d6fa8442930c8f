import type { Configuration } from '../config/config.ts';
import { BuildError } from '../errors.ts';
import type { BaseRequest } from './base.ts';
import { type Measured, type MeasureRequest, measure } from './measure.ts';
import type { JobPorts } from './ports.ts';
import type { Workplace } from './workplace.ts';

/** Builds and weighs the checked-out commit; a build that fails is a result, so that other configurations go on. */
export async function measureHead(
  head: string,
  layouts: MeasureRequest['layouts'],
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<Measured | BuildError> {
  const { configuration, toolchain, directory, root, config } = request;
  try {
    return await ports.logger.group(`Build the head ${head.slice(0, 10)}: ${titleOf(configuration)}`, () =>
      measure(
        { commit: head, directory, root, config, configuration, toolchain, side: 'head', layouts },
        workplace,
        ports,
      ),
    );
  } catch (error) {
    if (error instanceof BuildError) return error;
    throw error;
  }
}

function titleOf(configuration: Configuration): string {
  return `${configuration.name === 'default' ? '' : `${configuration.name}, `}profile ${configuration.profile}`;
}
