/** Texts that name no person, organisation or place, as services see them; by how they are written. Written for this page; no training saw them. */
export const UNNAMED_TEXTS: Readonly<Record<string, readonly string[]>> = {
  phrases: [
    'great movie', 'not worth the money', 'battery life', 'hello world', 'best pizza in town', 'machine learning', 'blue shoes', 'red car', 'invoice overdue',
    'terrible customer support', 'free shipping', 'add to cart', 'weather forecast', 'stock market crash', 'chocolate cake recipe', 'neural network training',
    'database connection refused', 'disk almost full', 'login failed', 'mobile phone', 'wireless headphones', 'office chair', 'running shoes for women',
    'second hand bicycle', 'used car for sale', 'apartment for rent', 'job interview tips', 'lost luggage', 'high cholesterol', 'blood pressure normal',
    'customer churn', 'supply chain problems', 'climate change', 'solar panels', 'electric cars', 'public transport', 'cold food', 'fresh bread', 'too much salt',
    'dog food', 'cat pictures', 'summer dress', 'winter coat', 'garden furniture', 'kitchen knife set', 'washing machine', 'broken link', 'page not found',
    'access denied', 'out of memory', 'overpriced and noisy', 'friendly staff and clean rooms',
  ],
  'begun with a capital': [
    'Great service', 'Terrible customer support', 'Screen too dark', 'Weather forecast for tomorrow', 'Chocolate cake recipe', 'Office chair, black, barely used',
    'Wireless headphones with long battery life', 'Apartment for rent near the station', 'Kitchen knife set, stainless steel', 'Heavy rain in the afternoon',
    'Meeting moved to three o’clock', 'Page not found', 'Interest rates rise again', 'Second hand bicycle, good brakes', 'Low stock', 'Payment received',
    'Password changed', 'Happy birthday', 'Good morning', 'Free shipping on all orders', 'Delayed again', 'Very disappointing', 'Ten out of ten', 'Broken on arrival',
  ],
  headings: [
    'Terms and Conditions', 'Frequently Asked Questions', 'Privacy Policy', 'Contact Us', 'Table of Contents', 'Shipping and Returns', 'Quarterly Report',
    'Order Summary', 'Getting Started', 'Release Notes', 'Minutes of the Meeting', 'Side Effects', 'Add To Cart', 'Customer Reviews', 'Opening Hours',
    'SALE ENDS TODAY', 'DO NOT ENTER', 'FINAL NOTICE', 'HANDLE WITH CARE', 'WARNING: HIGH VOLTAGE',
  ],
  requests: [
    'where is my order', 'Where is my order?', 'please call me back', 'Please call me back tomorrow.', 'what time do you open', 'What time do you open on weekends?',
    'i want a refund', 'I want a refund for this broken toaster.', 'two tickets please', 'How do I reset my password?', 'how to cook rice', 'delete my account',
    'change my email address', 'open the window', 'Turn off the lights in the kitchen.', 'play some music', 'set an alarm for seven', 'is it going to snow',
    'Can you translate this sentence?', 'write a poem about the sea', 'summarize this text', 'Could I speak to a manager?', 'who is there', 'Are dogs allowed?',
  ],
  chat: [
    'meh', 'lol', 'ok thanks', 'thanks a lot!', 'see you later', 'so tired today, need coffee', 'can’t wait for the weekend', 'love this song so much', 'worst day ever',
    'goodnight everyone', 'finally finished my homework!', 'omg that was close', 'nope', 'brb', 'what a game!!', 'first day at the new job', 'this made my day :)',
    'running late, sorry', 'haha exactly', 'no idea tbh',
  ],
  sentences: [
    'The delivery was late again.', 'Your invoice is overdue by three days.', 'My flight was cancelled and nobody told me.', 'The server is down again, please restart it.',
    'Unit tests fail on the build machine.', 'Patient reports mild headache and nausea.', 'The tenant shall pay the rent on the first day of each month.',
    'My card was declined at the supermarket.', 'Quarterly revenue fell by four percent.', 'Climate change is making summers hotter.', 'Electric cars are quiet.',
    'The bus never came, so I walked home.', 'The food was cold when it arrived.', 'Once upon a time there was a small village.', 'The cat sat on the mat.',
    'Disk almost full, delete old files.', 'Washing machine does not start.', 'We are hiring two engineers.', 'New study finds that coffee is good for the heart.',
    'The parties agree as follows.', 'He forgot his umbrella on the train.', 'Nobody answered when she knocked.', 'The queue at the bank was endless.',
    'Water boils sooner on a mountain.', 'An error occurred while saving the document.', 'Our neighbours sold their house last week.', 'The new phone lasts two days on a charge.',
    'I was told that the part is out of stock.', 'Both children had a fever over the weekend.', 'Turn left at the church and go up the hill.',
  ],
};
