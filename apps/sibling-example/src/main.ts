import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Similarity } from './similarity';
import { SimilarityModule } from './similarity.module';

async function main([one = 'A cat sleeps on the sofa.', other = 'A kitten naps on the couch.']: string[]): Promise<void> {
  const app = await NestFactory.createApplicationContext(SimilarityModule, { logger: ['warn', 'error'] });
  try {
    const similarity = await app.get(Similarity).between(one, other);
    console.log(`${similarity.toFixed(3)}  ${one} | ${other}`);
  } finally {
    await app.close();
  }
}

void main(process.argv.slice(2));
