import type { ApolloServerPlugin } from '@apollo/server';
import { errorBody, failure } from '../shared/errors';
import type { EngineContext } from './graphql-engine';

/** Adds `extensions.access`, and an error for each coordinate that was refused and says so. */
export const accessInResponse: ApolloServerPlugin<EngineContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        if (result.data !== undefined) {
          const access = contextValue.request.told();
          result.extensions = { access };
          const refusals = access.denied.flatMap(
            ({ coordinate, dataClass }) =>
              errorBody(failure('UNAUTHORIZED_FIELD_OR_TYPE', undefined, { coordinate, dataClass })).errors,
          );
          if (refusals.length > 0) result.errors = [...(result.errors ?? []), ...refusals];
        }
        contextValue.reportCodes([...new Set((result.errors ?? []).map(({ extensions }) => String(extensions?.code)))]);
      },
    };
  },
};
