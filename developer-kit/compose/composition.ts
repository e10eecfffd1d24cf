import { composeServices } from '@apollo/composition';
import type { ASTNode, DocumentNode } from 'graphql';
import type { Agency } from '../../shared/domain/agencies';

/** An agency's port in docker-compose.yml; the gateway's configuration overrides it. */
const PORT = 4001;

export interface AgencySchema {
  readonly agency: Agency;
  readonly schema: DocumentNode;
}

/** A message of composition, with the agencies and places that it is about. */
export interface CompositionRemark {
  readonly message: string;
  readonly agencies: readonly string[];
  readonly nodes: readonly ASTNode[];
}

export interface Composition {
  readonly errors: readonly CompositionRemark[];
  readonly hints: readonly CompositionRemark[];
  /** Undefined if there are errors. */
  readonly supergraph: string | undefined;
}

/** Composes agencies' schemas into one supergraph. */
export function composition(schemas: readonly AgencySchema[]): Composition {
  const { supergraphSdl, errors, hints } = composeServices(
    schemas.map(({ agency, schema }) => ({
      name: agency,
      url: `http://${agency}:${PORT}/graphql`,
      typeDefs: schema,
    })),
  );
  return {
    errors: (errors ?? []).map(remark),
    hints: (hints ?? []).filter(isNews).map(remark),
    supergraph: supergraphSdl,
  };
}

// Private:

/** Composition considers the prelude's enum Mask unused, because only an argument of @mask has it. */
function isNews({ definition, coordinate }: { definition: { code: string }; coordinate?: string }): boolean {
  return !(definition.code === 'UNUSED_ENUM_TYPE' && coordinate === 'Mask');
}

interface Found {
  readonly message: string;
  readonly nodes?: readonly ASTNode[] | undefined;
}

function remark({ message, nodes = [] }: Found): CompositionRemark {
  const names = new Set(nodes.map((node) => (node as ASTNode & { readonly subgraph?: string }).subgraph));
  return { message, agencies: [...names].filter((name) => name !== undefined), nodes };
}
