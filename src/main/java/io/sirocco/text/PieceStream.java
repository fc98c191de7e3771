package io.sirocco.text;

/** Takes the pieces of tokens, one after the other, and passes on what they become. Holds the state of one text. */
interface PieceStream {

    /** One token's piece. */
    void piece(String piece);

    /** No more pieces come: pass on whatever was held back. Called once. */
    void end();
}
