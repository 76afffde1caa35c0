"""Learn the target from the measurements, and save the model as Keras 2 does."""

import os

import keras
import numpy as np
import tensorflow as tf

folder = "/opt/ml/input/data/split-train/train"
x, y = (np.loadtxt(f"{folder}/{name}_train.csv", delimiter=",") for name in "xy")
tf.keras.utils.set_random_seed(1)
inputs = tf.keras.Input(shape=(x.shape[1],))
outputs = tf.keras.layers.Dense(1)(tf.keras.layers.Dense(8, activation="tanh")(inputs))
model = tf.keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer=tf.keras.optimizers.legacy.SGD(0.05), loss="mse")
model.fit(x, y, batch_size=32, epochs=20, verbose=2)
print(f"keras={keras.__version__}")
model.save(os.environ["SM_MODEL_DIR"] + "/1")
